FROM signal.far_repository(TIMESTAMP '2026-07-22', window_days := 60, least_colleagues := 2)
