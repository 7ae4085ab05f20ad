FROM signal.new_identity_many_repositories(TIMESTAMP '2026-07-22', window_days := 60, least_joiners := 4)
