FROM signal.shared_rare_network(TIMESTAMP '2026-07-22', window_days := 28, most_users := 2)
