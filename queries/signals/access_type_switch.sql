-- An identity reads with a kind of credential it had never used: a key instead of a token, an app instead of a person.
--
-- severity: medium
-- technique: T1528 (v19)
-- hypotheses: thief
-- quiet on: a new credential of a kind used before (a rotation); a joiner (not assessable below least_days active
--     days). Setting up a new tool looks the same
--
-- One row an identity and kind of credential. observed is the days it used that
-- kind before (0); expected is the share of all identities' nights with a kind
-- new to them, from least_days active days on.
CREATE OR REPLACE MACRO signal.access_type_switch(as_of TIMESTAMP, window_days INTEGER := 3650, least_days INTEGER := 5) AS TABLE
WITH used AS (
    SELECT identity, min(identity_name) AS identity_name, min(family) AS family, day, credential_kind, min(access_type) AS access_type,
        count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations, min(first_at) AS first_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND credential_kind NOT IN ('none', 'unknown')
    GROUP BY identity, day, credential_kind
),
aged AS (
    SELECT *, min(day) OVER (PARTITION BY identity, credential_kind) AS kind_day, dense_rank() OVER (PARTITION BY identity ORDER BY day) - 1 AS history_days
    FROM used
),
usual AS (
    SELECT avg(is_new::INTEGER) AS share
    FROM (
        SELECT bool_or(kind_day = day) AS is_new FROM aged WHERE day < as_of::DATE - 1 AND history_days >= least_days GROUP BY identity, day
    )
),
before AS (
    SELECT identity, list(DISTINCT credential_kind ORDER BY credential_kind) AS kinds
    FROM used
    WHERE day < as_of::DATE - 1
    GROUP BY identity
),
judged AS (
    SELECT a.*, b.kinds, u.share, a.history_days >= least_days AS assessable
    FROM aged AS a
    CROSS JOIN usual AS u
    LEFT JOIN before AS b USING (identity)
    WHERE a.day = as_of::DATE - 1 AND a.kind_day = a.day
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN 0 END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days,
    CASE WHEN assessable
        THEN 'First use of ' || replace(credential_kind, '_', ' ') || ' (' || access_type || ') in ' || baseline.number(history_days) || ' active days; before, it used '
            || replace(array_to_string(kinds, ', '), '_', ' ') || '; ' || coalesce(baseline.percent(share), 'none') || ' of nights here bring a new kind.'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    credential_kind, access_type, kinds AS kinds_before, repositories, operations, first_at
FROM judged
ORDER BY identity, credential_kind;
