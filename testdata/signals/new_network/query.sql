FROM signal.new_network(TIMESTAMP '2026-07-22', window_days := 28, rare_days := 1)
