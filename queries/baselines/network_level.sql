-- How far each network was from what the facet had used, on each day up to the night and with it.
--
-- The levels are those of queries/rollups/counted_session.sql, 0 used before to 5 a
-- new country (MODEL 2.5); rows without an address are left out.
CREATE OR REPLACE MACRO baseline.network_level(as_of TIMESTAMP) AS TABLE
SELECT DISTINCT f.identity, f.family, s.night AS day, s.network, nullif(s.block, '') AS block, nullif(s.asn, '') AS asn, nullif(s.country, '') AS country, s.network_level AS level
FROM session_night AS s
JOIN facet AS f USING (facet_id)
WHERE s.night < as_of::DATE AND s.network_level IS NOT NULL AND baseline.is_counted(as_of);
