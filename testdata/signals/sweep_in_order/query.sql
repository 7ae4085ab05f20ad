FROM signal.sweep_in_order(TIMESTAMP '2026-07-22', window_days := 28, least_repositories := 5)
