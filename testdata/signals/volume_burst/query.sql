FROM signal.volume_burst(TIMESTAMP '2026-07-22', window_days := 28, least_operations := 6, least_days := 5)
