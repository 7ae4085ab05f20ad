FROM signal.far_repository(TIMESTAMP '2026-07-22', least_colleagues := 2)
