FROM signal.two_countries(TIMESTAMP '2026-07-22')
