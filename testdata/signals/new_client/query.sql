FROM signal.new_client(TIMESTAMP '2026-07-22')
