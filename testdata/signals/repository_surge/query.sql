FROM signal.repository_surge(TIMESTAMP '2026-07-22', window_days := 28, least_people := 3)
