FROM signal.machine_credential_like_person(TIMESTAMP '2026-07-22', window_days := 28)
