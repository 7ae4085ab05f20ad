-- Repositories that a facet had already and copied whole again, on each active day up to the night and with it.
--
-- A copy is a clone or a download of the archive. copied counts private ones,
-- copied_elsewhere those of them copied from a network that was new to the facet
-- that day (level 1 and above), and any says whether anything known was copied.
CREATE OR REPLACE MACRO baseline.recopy(as_of TIMESTAMP) AS TABLE
WITH copy AS (
    SELECT a.identity, a.family, a.day, a.repository, bool_or(NOT coalesce(a.is_public, false)) AS is_private, bool_or(coalesce(l.level, 0) > 0) AS elsewhere
    FROM access AS a
    JOIN baseline.touch(as_of) AS t USING (identity, family, repository)
    LEFT JOIN baseline.network_level(as_of) AS l
        ON l.identity = a.identity AND l.family = a.family AND l.day = a.day AND l.network = a.network AND l.country IS NOT DISTINCT FROM a.country
    WHERE a.day <= as_of::DATE - 1 AND a.copies > 0 AND t.first_day < a.day
    GROUP BY a.identity, a.family, a.day, a.repository
)
SELECT
    n.identity, n.family, n.day, n.tenure, n.is_machine, count(c.repository) > 0 AS any_copy,
    count(c.repository) FILTER (c.is_private) AS copied, count(c.repository) FILTER (c.is_private AND c.elsewhere) AS copied_elsewhere,
    list(c.repository ORDER BY c.repository) FILTER (c.is_private) AS repositories
FROM baseline.novelty(as_of) AS n
LEFT JOIN copy AS c USING (identity, family, day)
GROUP BY n.identity, n.family, n.day, n.tenure, n.is_machine;
