-- A crown-jewel repository was read by somebody who has nothing to do with it.
--
-- severity: high
-- technique: T1213.003 (v19)
-- hypotheses: jewel, insider, thief
-- quiet on: the owner by identity, person or team; who read it before within window_days, pushed to it that night, or
--     is among its contributors by its own history; an identity of no team where a team owns it (not assessable)
--
-- Tier and owner stand in the repositories file, teams in the roster;
-- contributors are known by the addresses that the roster has (email:...).
CREATE OR REPLACE MACRO signal.crown_jewel_read_by_outsider(as_of TIMESTAMP, window_days INTEGER := 365) AS TABLE
WITH night AS (
    SELECT
        a.identity, min(a.identity_name) AS identity_name, a.family, a.repository, sum(a.operations)::BIGINT AS operations,
        sum(a.copies)::BIGINT AS copies, sum(a.pushes)::BIGINT AS pushes, min(a.first_at) AS first_at, any_value(f.owner) AS owner
    FROM access AS a
    JOIN repository_fact AS f ON f.repository = a.repository AND f.tier = 'crown jewel'
    WHERE a.day = as_of::DATE - 1 AND a.operations > 0
    GROUP BY a.identity, a.family, a.repository
),
known AS (
    SELECT n.identity, n.repository
    FROM night AS n
    JOIN access AS a ON a.identity = n.identity AND a.repository = n.repository
    WHERE a.day >= as_of::DATE - 1 - window_days AND a.day < as_of::DATE - 1 AND a.operations > 0
    GROUP BY n.identity, n.repository
),
histories AS (
    SELECT identity, count(DISTINCT day) AS days
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day < as_of::DATE - 1 AND identity IN (SELECT identity FROM night)
    GROUP BY identity
),
judged AS (
    SELECT
        n.*, p.person, p.team, coalesce(h.days, 0) AS history_days,
        p.team IS NOT NULL OR n.owner IS NULL OR EXISTS (FROM baseline.person() AS o WHERE lower(o.person) = lower(n.owner)) AS assessable
    FROM night AS n
    LEFT JOIN baseline.person() AS p ON p.identity = n.identity
    LEFT JOIN histories AS h ON h.identity = n.identity
    WHERE n.pushes = 0
        AND NOT EXISTS (FROM known AS k WHERE k.identity = n.identity AND k.repository = n.repository)
        AND NOT coalesce(lower(n.owner) IN (lower(n.identity), lower(p.person), lower(p.team)), false)
        AND NOT EXISTS (
            FROM contribution AS c
            JOIN roster_entry AS r ON r.identity = 'email:' || c.contributor
            WHERE c.repository = n.repository AND r.person = p.person
        )
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN operations::DOUBLE END AS observed, 0::DOUBLE AS expected, NULL::DOUBLE AS bound, history_days,
    CASE WHEN assessable
        THEN 'The critical repository ' || repository || coalesce(' of ' || owner, '') || ' was read ' || baseline.counted(operations, 'time', 'times')
            || ', ' || baseline.counted(copies, 'full copy', 'full copies') || ', by ' || coalesce(person || coalesce(' of ' || team, ''), 'an account whose owner is not known')
            || ', who never read it before, does not own it and never contributed to it.'
        ELSE 'not assessable: ' || repository || ' is owned by ' || owner || ' and the roster has no team of ' || identity
    END AS reason,
    repository, owner, person, team, operations, copies, first_at
FROM judged
ORDER BY identity, family, repository;
