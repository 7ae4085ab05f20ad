FROM signal.slow_and_low(TIMESTAMP '2026-07-22')
