FROM signal.new_credential_many_repositories(TIMESTAMP '2026-07-22', window_days := 28, least_repositories := 3)
