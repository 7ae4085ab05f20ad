FROM signal.new_repository(TIMESTAMP '2026-07-22')
