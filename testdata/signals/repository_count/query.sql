FROM signal.repository_count(TIMESTAMP '2026-07-22')
