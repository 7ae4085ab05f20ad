FROM signal.crown_jewel_read_by_outsider(TIMESTAMP '2026-07-22', window_days := 28)
