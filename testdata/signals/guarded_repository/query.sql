FROM signal.guarded_repository(TIMESTAMP '2026-07-22')
