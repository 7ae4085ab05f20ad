-- How new each credential was to the facet, on each day up to the night and with it.
--
-- The levels are those of queries/rollups/counted_session.sql, 0 used before to 2 of
-- a type never used before (MODEL 2.5). Credentials of apps that act as themselves
-- live for an hour and are left out of the roll-up. previous_day is its last use
-- before, nights_since the active days of its owner since then.
CREATE OR REPLACE MACRO baseline.credential_level(as_of TIMESTAMP) AS TABLE
SELECT DISTINCT
    f.identity, f.family, s.night AS day, s.credential, s.access_type, s.credential_last AS previous_day,
    (n.nights_before - u.nights_before - 1)::BIGINT AS nights_since, s.credential_level AS level
FROM session_night AS s
JOIN facet AS f USING (facet_id)
JOIN facet_night AS n ON n.night = s.night AND n.facet_id = s.facet_id
LEFT JOIN facet_night AS u ON u.night = s.credential_last AND u.facet_id = s.facet_id
WHERE s.night < as_of::DATE AND s.credential_level IS NOT NULL AND baseline.is_counted(as_of);
