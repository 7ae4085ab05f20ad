-- A repository that nobody works on any more was copied by somebody new to it.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: thief, insider
-- quiet on: a repository that somebody still writes to, by its own history or by a push, or that people still read; who
--     read it before; machines that copy everything (a mirror, a backup, a scanner)
--
-- Thieves copy whole organisations, deprecated ones included; people copy what
-- they work on. Idle is no commit for idle_days, no push seen, and no other
-- person's read for ninety days. Only repositories whose own history was read
-- (enrich.mirrors) can be told to be idle.
CREATE OR REPLACE MACRO signal.stale_repository_read_by_outsider(as_of TIMESTAMP, idle_days INTEGER := 365) AS TABLE
WITH idle AS (
    FROM repository_history WHERE last_at < as_of - to_days(idle_days)
),
touched AS (
    SELECT
        a.*, a.day = as_of::DATE - 1 AS tonight, baseline.is_machine(a.family, a.identity_kind, a.identity_name) AS is_machine
    FROM access AS a
    WHERE a.day >= as_of::DATE - idle_days AND a.day <= as_of::DATE - 1 AND a.operations > 0
        AND a.repository IN (SELECT repository FROM idle)
),
night AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, repository, sum(operations)::BIGINT AS operations,
        sum(copies)::BIGINT AS copies, min(first_at) AS first_at
    FROM touched
    WHERE tonight AND NOT is_machine
    GROUP BY identity, family, repository
    HAVING sum(copies) > 0 AND sum(pushes) = 0
),
copied AS (
    SELECT
        n.identity, min(n.identity_name) AS identity_name, n.family, list(n.repository ORDER BY n.repository) AS repositories,
        sum(n.copies)::BIGINT AS copies, min(n.first_at) AS first_at
    FROM night AS n
    WHERE NOT EXISTS (
        FROM touched AS t
        WHERE t.repository = n.repository AND NOT t.is_machine AND (
            t.pushes > 0
            OR t.identity = n.identity AND NOT t.tonight
            OR t.identity <> n.identity AND NOT t.tonight AND t.day >= as_of::DATE - 91
        )
    )
    GROUP BY n.identity, n.family
)
SELECT
    as_of::DATE - 1 AS night, c.identity, c.identity_name, c.family,
    len(c.repositories)::DOUBLE AS observed, 0::DOUBLE AS expected, NULL::DOUBLE AS bound,
    (SELECT count(DISTINCT a.day) FROM access AS a WHERE a.identity = c.identity AND a.day < as_of::DATE - 1) AS history_days,
    baseline.counted(len(c.repositories), 'repository', 'repositories') || ' copied that nobody has written to for ' || baseline.number(idle_days)
        || ' days or more and no other person has read for 90: ' || array_to_string(c.repositories[:5], ', ') || '.' AS reason,
    c.repositories, c.copies, c.first_at
FROM copied AS c
ORDER BY c.identity, c.family;
