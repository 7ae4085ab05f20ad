-- Files of many private repositories read through the API, where no clone is ever logged.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: thief
-- quiet on: as many as on its own busiest day (up to the bound); fewer than least_repositories; files of public
--     repositories. An inventory or a scanner that is set up looks the same
--
-- One row a facet above its bound, from events. observed is private repositories
-- of which files, trees or blobs were read through the API, expected the mean of
-- its active days in the window, bound the most on any of them. Hosts that do not
-- stream API requests say nothing here, which is not the same as nobody reading.
CREATE OR REPLACE MACRO signal.api_content_burst(as_of TIMESTAMP, window_days INTEGER := 90, least_repositories INTEGER := 5) AS TABLE
WITH read AS (
    SELECT identity, min(identity_name) AS identity_name, family, occurred_at::DATE AS day, count(DISTINCT repository) AS repositories, count(*) AS requests,
        min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM event
    WHERE occurred_at >= as_of::DATE - 1 - window_days AND occurred_at < as_of::DATE AND action = 'api_read' AND outcome = 'ok'
        AND NOT coalesce(is_public, false)
    GROUP BY identity, family, occurred_at::DATE
),
before AS (
    SELECT identity, family, sum(repositories) AS repositories, max(repositories) AS bound FROM read WHERE day < as_of::DATE - 1 GROUP BY identity, family
)
SELECT
    a.day AS night, a.identity, a.identity_name, a.family, a.repositories::DOUBLE AS observed,
    coalesce(b.repositories / f.history_days, CASE WHEN f.history_days > 0 THEN 0 END)::DOUBLE AS expected,
    CASE WHEN f.history_days > 0 THEN coalesce(b.bound, 0) END::DOUBLE AS bound,
    coalesce(f.history_days, 0)::BIGINT AS history_days,
    'Read files of ' || baseline.counted(a.repositories, 'private repository', 'private repositories') || ' through the API ('
        || CASE WHEN f.history_days > 0
            THEN baseline.number(coalesce(b.repositories / f.history_days, 0)) || ' on a usual day, at most ' || baseline.number(coalesce(b.bound, 0)) || ' in '
                || baseline.counted(f.history_days, 'active day', 'active days')
            ELSE 'what is usual is not assessable: seen on 0 days before'
        END || ').' AS reason,
    a.requests, a.first_at, a.last_at
FROM read AS a
LEFT JOIN before AS b USING (identity, family)
LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
WHERE a.day >= as_of::DATE - 1 AND a.repositories >= least_repositories AND a.repositories > coalesce(b.bound, 0)
ORDER BY a.identity, a.family;
