FROM signal.dead_credential_used(TIMESTAMP '2026-07-22')
