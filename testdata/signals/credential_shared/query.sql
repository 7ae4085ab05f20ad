FROM signal.credential_shared(TIMESTAMP '2026-07-22', window_days := 28)
