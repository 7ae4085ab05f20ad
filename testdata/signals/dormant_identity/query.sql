FROM signal.dormant_identity(TIMESTAMP '2026-07-22')
