FROM signal.anonymous_network(TIMESTAMP '2026-07-22', window_days := 28)
