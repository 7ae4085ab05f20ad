FROM signal.repository_surge(TIMESTAMP '2026-07-22', least_people := 3)
