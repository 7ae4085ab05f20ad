FROM signal.dormant_credential_active(TIMESTAMP '2026-07-22')
