-- Private repositories downloaded whole as archives, which no git client asks for.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: thief, insider
-- quiet on: as many archives as on its own busiest day; archives of public repositories; clones. A release job that is
--     set up and an offline review look the same
--
-- One row a facet above its bound, from events. observed is private repositories
-- downloaded as archives, expected the mean of its active days in the window,
-- bound the most on any of them.
CREATE OR REPLACE MACRO signal.archive_download(as_of TIMESTAMP, window_days INTEGER := 90, least_repositories INTEGER := 1) AS TABLE
WITH archive AS (
    SELECT identity, min(identity_name) AS identity_name, family, occurred_at::DATE AS day, count(DISTINCT repository) AS repositories,
        list(DISTINCT repository ORDER BY repository)[:5] AS examples, min(occurred_at) AS first_at, max(occurred_at) AS last_at,
        list(DISTINCT native_action ORDER BY native_action) AS native_actions
    FROM event
    WHERE occurred_at >= as_of::DATE - 1 - window_days AND occurred_at < as_of::DATE AND action = 'archive' AND outcome = 'ok'
        AND NOT coalesce(is_public, false)
    GROUP BY identity, family, occurred_at::DATE
),
before AS (
    SELECT identity, family, sum(repositories) AS repositories, max(repositories) AS bound FROM archive WHERE day < as_of::DATE - 1 GROUP BY identity, family
)
SELECT
    a.day AS night, a.identity, a.identity_name, a.family, a.repositories::DOUBLE AS observed,
    coalesce(b.repositories / f.history_days, CASE WHEN f.history_days > 0 THEN 0 END)::DOUBLE AS expected,
    CASE WHEN f.history_days > 0 THEN coalesce(b.bound, 0) END::DOUBLE AS bound,
    coalesce(f.history_days, 0)::BIGINT AS history_days,
    'Downloaded ' || baseline.counted(a.repositories, 'private repository', 'private repositories') || ' as archives ('
        || CASE WHEN f.history_days > 0
            THEN baseline.number(coalesce(b.repositories / f.history_days, 0)) || ' on a usual day, at most ' || baseline.number(coalesce(b.bound, 0)) || ' in '
                || baseline.counted(f.history_days, 'active day', 'active days')
            ELSE 'what is usual is not assessable: seen on 0 days before'
        END || ').' AS reason,
    a.examples, a.native_actions, a.first_at, a.last_at
FROM archive AS a
LEFT JOIN before AS b USING (identity, family)
LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
WHERE a.day >= as_of::DATE - 1 AND a.repositories >= least_repositories AND a.repositories > coalesce(b.bound, 0)
ORDER BY a.identity, a.family;
