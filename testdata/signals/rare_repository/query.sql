FROM signal.rare_repository(TIMESTAMP '2026-07-22', window_days := 60, most_readers := 2)
