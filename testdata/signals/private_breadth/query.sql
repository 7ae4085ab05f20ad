FROM signal.private_breadth(TIMESTAMP '2026-07-22', window_days := 28)
