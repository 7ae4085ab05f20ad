-- A client that calls itself by the name of a tool for finding secrets or copying whole organisations.
--
-- severity: medium
-- technique: T1552.001 (v19)
-- hypotheses: thief, machine
-- quiet on: one's own scanning, which the same facet did on least_days days before or more
--
-- One row a facet and client. observed is operations, expected the mean of its
-- active days in the window with the same tool. Names are those that published
-- rules look for (PEERS 3.16) and common copiers; whoever wants to hide changes his.
CREATE OR REPLACE MACRO signal.scanner_client(as_of TIMESTAMP, window_days INTEGER := 90, least_days INTEGER := 5) AS TABLE
WITH scan AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, day,
        regexp_extract(lower(user_agent), '(trufflehog|nord-?stream|gitleaks|gato|gitrob|git-?hound|shhgit|ghorg|noseyparker|adokit)', 1) AS tool,
        min(user_agent) AS user_agent, sum(operations)::BIGINT AS operations, count(DISTINCT repository) AS repositories, min(first_at) AS first_at,
        max(last_at) AS last_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
        AND regexp_matches(lower(user_agent), '(^|[^a-z])(trufflehog|nord-?stream|gitleaks|gato|gitrob|git-?hound|shhgit|ghorg|noseyparker|adokit)([^a-z]|$)')
    GROUP BY identity, family, day, tool
),
before AS (
    SELECT identity, family, tool, count(*) AS days, sum(operations) AS operations FROM scan WHERE day < as_of::DATE - 1 GROUP BY identity, family, tool
)
SELECT
    s.day AS night, s.identity, s.identity_name, s.family, s.operations::DOUBLE AS observed,
    (coalesce(b.operations, 0) / nullif(f.history_days, 0))::DOUBLE AS expected, NULL::DOUBLE AS bound, coalesce(f.history_days, 0)::BIGINT AS history_days,
    'Read ' || baseline.counted(s.repositories, 'repository', 'repositories') || ' with ' || s.user_agent || ' (used on '
        || baseline.number(coalesce(b.days, 0)) || ' of its ' || baseline.counted(coalesce(f.history_days, 0), 'day', 'days') || ').' AS reason,
    s.tool, s.user_agent, s.repositories, s.first_at, s.last_at
FROM scan AS s
LEFT JOIN before AS b USING (identity, family, tool)
LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
WHERE s.day = as_of::DATE - 1 AND coalesce(b.days, 0) < least_days
ORDER BY s.identity, s.family, s.tool;
