-- A deploy key was used on a repository that is not its own.
--
-- severity: high
-- technique: T1078.004 (v19)
-- hypotheses: machine, thief
-- quiet on: a key that was just put in (not assessable below least_days days); a key that GitLab lets several projects
--     share, known by more than most_repositories repositories before
--
-- On GitHub a deploy key belongs to one repository, for good; a second one means
-- that the private half, or the host's own bookkeeping, is not what it was.
CREATE OR REPLACE MACRO signal.deploy_key_outside_repository(
    as_of TIMESTAMP, window_days INTEGER := 90, least_days INTEGER := 3, most_repositories INTEGER := 3
) AS TABLE
WITH used AS (
    SELECT * FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND family = 'deploy_key' AND operations + denied > 0
),
history AS (
    SELECT identity, count(DISTINCT day) AS days, count(DISTINCT repository) AS repositories, list(DISTINCT repository ORDER BY repository) AS own
    FROM used
    WHERE day < as_of::DATE - 1
    GROUP BY identity
),
tonight AS (
    SELECT
        u.identity, min(u.identity_name) AS identity_name, u.family, u.repository, sum(u.operations + u.denied)::BIGINT AS tries,
        sum(u.denied)::BIGINT AS denied, min(u.first_at) AS first_at, min(u.network) AS network
    FROM used AS u
    WHERE u.day = as_of::DATE - 1
    GROUP BY u.identity, u.family, u.repository
)
SELECT
    as_of::DATE - 1 AS night, t.identity, t.identity_name, t.family,
    CASE WHEN h.days >= least_days THEN t.tries::DOUBLE END AS observed, 0::DOUBLE AS expected, NULL::DOUBLE AS bound,
    coalesce(h.days, 0)::BIGINT AS history_days,
    CASE WHEN h.days >= least_days
        THEN t.repository || ' was used with a deploy key ' || baseline.counted(t.tries, 'time', 'times')
            || CASE WHEN t.denied > 0 THEN ', ' || t.denied || ' denied' ELSE '' END
            || '; on ' || baseline.counted(h.days, 'day', 'days') || ' before it was used on ' || array_to_string(h.own, ', ') || ' alone.'
        ELSE baseline.too_young(h.days, least_days)
    END AS reason,
    t.repository, h.own AS own_repositories, t.denied, t.first_at, t.network
FROM tonight AS t
LEFT JOIN history AS h USING (identity)
WHERE NOT coalesce(list_contains(h.own, t.repository), false) AND coalesce(h.repositories, 0) <= most_repositories
ORDER BY t.identity, t.repository;
