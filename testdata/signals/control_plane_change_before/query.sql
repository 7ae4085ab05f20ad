FROM signal.control_plane_change_before(TIMESTAMP '2026-07-22')
