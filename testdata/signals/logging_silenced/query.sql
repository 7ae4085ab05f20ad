FROM signal.logging_silenced(TIMESTAMP '2026-07-22')
