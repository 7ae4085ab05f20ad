FROM signal.stale_repository_read_by_outsider(TIMESTAMP '2026-07-22', idle_days := 120)
