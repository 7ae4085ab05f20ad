-- A credential that lay unused for weeks, while its owner worked with others, is used again.
--
-- severity: medium
-- technique: T1550.001 (v19)
-- hypotheses: thief
-- quiet on: leave, after which everything of the owner's was unused (fewer than least_nights nights in between);
--     tokens of apps, which live for an hour
--
-- One row a facet and credential unused for idle_days or more (45, THREATS 1.1
-- S6). observed is the days it lay, expected the mean days between its uses
-- before (NULL when it was used once), nights_between on how many nights its
-- owner was active without it.
CREATE OR REPLACE MACRO signal.dormant_credential_active(
    as_of TIMESTAMP, idle_days INTEGER := 45, least_nights INTEGER := 8
) AS TABLE
WITH level AS (FROM baseline.credential_level(as_of)),
tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, credential, min(credential_kind) AS credential_kind, count(DISTINCT repository) AS repositories,
        sum(operations)::BIGINT AS operations, min(first_at) AS first_at, list(DISTINCT network ORDER BY network) FILTER (network IS NOT NULL) AS networks
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0 AND credential IS NOT NULL
    GROUP BY identity, family, credential
),
woken AS (
    SELECT identity, family, credential, max(previous_day) AS previous_day, max(nights_since) AS nights_between
    FROM level
    WHERE day = as_of::DATE - 1
    GROUP BY identity, family, credential
),
before AS (
    SELECT identity, family, credential, count(DISTINCT day) AS days, (max(day) - min(day))::DOUBLE / nullif(count(DISTINCT day) - 1, 0) AS mean_gap
    FROM level
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family, credential
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family, (as_of::DATE - 1 - previous_day)::DOUBLE AS observed, mean_gap AS expected,
    NULL::DOUBLE AS bound, days::BIGINT AS history_days,
    ('Credential ' || credential || ' was used again after ' || baseline.number(as_of::DATE - 1 - previous_day) || ' days; its owner was active on '
        || baseline.counted(nights_between, 'night', 'nights') || ' without it'
        || coalesce(' (it was used every ' || baseline.number(mean_gap) || ' days before).', ' (it was used on one day before).'))::VARCHAR AS reason,
    credential, credential_kind, previous_day, nights_between, repositories, operations, first_at, networks
FROM woken
JOIN tonight USING (identity, family, credential)
JOIN before USING (identity, family, credential)
WHERE as_of::DATE - 1 - previous_day >= idle_days AND nights_between >= least_nights
ORDER BY identity, family, credential;
