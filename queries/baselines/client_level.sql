-- How far each client was from what the facet had used, on each day up to the night and with it.
--
-- The levels are those of queries/rollups/counted_session.sql, 0 used before to 3
-- known to hardly anybody (MODEL 2.5). users_before is how many others had used it.
CREATE OR REPLACE MACRO baseline.client_level(as_of TIMESTAMP) AS TABLE
SELECT DISTINCT f.identity, f.family, s.night AS day, s.user_agent, s.client_others::BIGINT AS users_before, s.client_level AS level
FROM session_night AS s
JOIN facet AS f USING (facet_id)
WHERE s.night < as_of::DATE AND s.client_level IS NOT NULL AND baseline.is_counted(as_of);
