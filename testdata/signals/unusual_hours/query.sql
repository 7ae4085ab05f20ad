FROM signal.unusual_hours(TIMESTAMP '2026-07-22', window_days := 28)
