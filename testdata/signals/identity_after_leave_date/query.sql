FROM signal.identity_after_leave_date(TIMESTAMP '2026-07-22')
