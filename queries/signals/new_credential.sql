-- A credential that the facet had never used, or that lay unused for weeks while its owner worked.
--
-- severity: low
-- technique: T1550.001 (v19)
-- hypotheses: thief
-- quiet on: the credential in use; tokens of apps, which live for an hour; a joiner (not assessable below least_days
--     active days). A rotation and a new laptop look the same: see level and client
--
-- One row a facet and credential, by hash or id. observed is the days it was used
-- before; expected is the share of nights at this level or a worse one among
-- people, or among machines.
CREATE OR REPLACE MACRO signal.new_credential(as_of TIMESTAMP, least_days INTEGER := 5) AS TABLE
WITH tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, credential, min(access_type) AS access_type, min(credential_kind) AS credential_kind,
        count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations, min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, credential
),
used AS (
    SELECT identity, family, credential, count(DISTINCT day) FILTER (day < as_of::DATE - 1) AS days, max(level) FILTER (day = as_of::DATE - 1) AS level,
        max(previous_day) AS previous_day
    FROM baseline.credential_level(as_of)
    GROUP BY identity, family, credential
),
judged AS (
    SELECT t.*, u.days, u.level, u.previous_day, s.share, n.tenure AS history_days, t.credential IS NOT NULL AND n.tenure >= least_days AS assessable
    FROM tonight AS t
    JOIN baseline.novelty(as_of) AS n ON n.identity = t.identity AND n.family = t.family AND n.day = as_of::DATE - 1
    LEFT JOIN used AS u ON u.identity = t.identity AND u.family = t.family AND u.credential = t.credential
    LEFT JOIN baseline.credential_share(as_of) AS s ON s.is_machine = n.is_machine AND s.level = u.level
    WHERE u.level > 0 OR (t.credential IS NULL AND t.credential_kind <> 'app_token')
),
said AS (SELECT *, ['new credential of a known type', 'new type of credential'][level] AS level_name FROM judged)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN days END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days,
    CASE
        WHEN credential IS NULL THEN 'not assessable: the log gave no credential'
        WHEN NOT assessable THEN baseline.too_young(history_days, least_days)
        ELSE CASE WHEN days > 0 THEN 'Used again the credential ' ELSE 'First use of the credential ' END || credential || coalesce(', last used on ' || previous_day, '')
            || CASE WHEN level_name = 'new type of credential' THEN ', and of one of this kind; ' ELSE '; ' END
            || baseline.percent(share)
            || ' of nights here are this unusual (' || baseline.counted(history_days, 'day', 'days') || ' of history)' || '.'
    END AS reason,
    level_name AS level, credential, access_type, credential_kind, previous_day, repositories, operations, first_at, last_at
FROM said
ORDER BY identity, family, credential;
