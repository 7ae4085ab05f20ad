-- Private repositories that were there on a day, each with how many people read it in the 180 days before.
CREATE OR REPLACE MACRO planting.repository(night DATE) AS TABLE
SELECT repository, count(DISTINCT identity) FILTER (NOT baseline.is_machine(family, identity_kind, identity_name)) AS readers, min(day) AS first_day
FROM access
WHERE day < night AND day >= night - 180 AND operations > 0 AND NOT coalesce(is_public, false) AND repository <> ''
GROUP BY repository
ORDER BY repository;
