FROM signal.client_elsewhere(TIMESTAMP '2026-07-22', window_days := 28, least_uses := 6)
