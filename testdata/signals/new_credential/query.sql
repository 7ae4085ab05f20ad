FROM signal.new_credential(TIMESTAMP '2026-07-22')
