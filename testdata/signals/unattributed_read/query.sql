FROM signal.unattributed_read(TIMESTAMP '2026-07-22', window_days := 28, least_days := 2)
