FROM signal.access_type_switch(TIMESTAMP '2026-07-22', window_days := 28)
