FROM signal.new_country(TIMESTAMP '2026-07-22', window_days := 28)
