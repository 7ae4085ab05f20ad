FROM signal.canary_touched(TIMESTAMP '2026-07-22')
