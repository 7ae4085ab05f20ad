FROM signal.hoard(TIMESTAMP '2026-07-22')
