FROM signal.api_content_burst(TIMESTAMP '2026-07-22', window_days := 28, least_repositories := 2)
