FROM signal.person_like_machine(TIMESTAMP '2026-07-22', window_days := 28)
