FROM signal.reclone(TIMESTAMP '2026-07-22')
