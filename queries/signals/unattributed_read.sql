-- Private repositories read by nobody that the log names: only a credential or an address is known.
--
-- severity: medium
-- technique: T1078.004 (v19)
-- hypotheses: thief
-- quiet on: a credential that reads without a name on most days (least_days days before or more); public repositories;
--     deploy keys, which are identities of their own
--
-- One row an unknown identity. observed is private repositories, expected the mean
-- a night of all unknown identities together in the window. Market rules drop such
-- records, lump them or alert on each (PEERS 5, 4).
CREATE OR REPLACE MACRO signal.unattributed_read(as_of TIMESTAMP, window_days INTEGER := 90, least_days INTEGER := 5) AS TABLE
WITH unknown AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations,
        sum(copies)::BIGINT AS copies, min(credential) AS credential, list(DISTINCT network ORDER BY network) FILTER (network IS NOT NULL) AS networks,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND identity_kind = 'unknown'
        AND NOT coalesce(is_public, false)
    GROUP BY identity, family, day
),
spread AS (
    SELECT count(DISTINCT day) AS days FROM access WHERE day >= as_of::DATE - 1 - window_days AND day < as_of::DATE - 1
),
usual AS (SELECT coalesce(sum(repositories), 0) AS repositories FROM unknown WHERE day < as_of::DATE - 1),
before AS (SELECT identity, family, count(*) AS days FROM unknown WHERE day < as_of::DATE - 1 GROUP BY identity, family)
SELECT
    t.day AS night, t.identity, t.identity_name, t.family, t.repositories::DOUBLE AS observed, (u.repositories / nullif(s.days, 0))::DOUBLE AS expected,
    NULL::DOUBLE AS bound, coalesce(b.days, 0)::BIGINT AS history_days,
    baseline.counted(t.repositories, 'private repository', 'private repositories') || ' read by somebody without a name (so too on '
        || baseline.counted(coalesce(b.days, 0), 'day', 'days') || ' before; ' || coalesce(baseline.number(u.repositories / nullif(s.days, 0)), 'how many')
        || ' a night are usual for all that have no name).' AS reason,
    t.credential, t.networks, t.operations, t.copies, t.first_at, t.last_at
FROM unknown AS t
CROSS JOIN usual AS u
CROSS JOIN spread AS s
LEFT JOIN before AS b USING (identity, family)
WHERE t.day = as_of::DATE - 1 AND coalesce(b.days, 0) < least_days
ORDER BY t.identity, t.family;
