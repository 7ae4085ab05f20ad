FROM signal.guarded_repository(TIMESTAMP '2026-07-22', window_days := 28)
