-- A credential used by an identity although it had been another's.
--
-- severity: high
-- technique: T1550.001 (v19)
-- hypotheses: thief, machine
-- quiet on: a credential that these identities had always shared; one identity's own credential, from however many
--     places; records whose actor was left out (identity github:unknown:...)
--
-- One row an identity that uses, for the first time, a credential that others
-- used before or use in the same night. observed is how many identities used it
-- in the window and the night, expected how many identities a credential has
-- here on average.
CREATE OR REPLACE MACRO signal.credential_shared(as_of TIMESTAMP, window_days INTEGER := 3650) AS TABLE
WITH used AS (
    SELECT identity, min(identity_name) AS identity_name, min(family) AS family, credential, min(credential_kind) AS credential_kind, min(day) AS first_day,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND credential IS NOT NULL
        AND identity NOT LIKE '%:unknown:%'
    GROUP BY identity, credential
),
per_credential AS (
    SELECT credential, count(*) AS identities, list(identity ORDER BY first_day, identity) AS holders
    FROM used
    GROUP BY credential
),
usual AS (SELECT avg(identities) AS identities FROM per_credential),
facet AS (SELECT identity, count(DISTINCT day) AS history_days FROM access WHERE day < as_of::DATE - 1 AND day >= as_of::DATE - 1 - window_days AND operations > 0 GROUP BY identity),
tonight AS (
    SELECT identity, credential, count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations,
        list(DISTINCT network ORDER BY network) FILTER (network IS NOT NULL) AS networks
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, credential
)
SELECT
    as_of::DATE - 1 AS night, u.identity, u.identity_name, u.family, p.identities::DOUBLE AS observed, s.identities AS expected, NULL::DOUBLE AS bound,
    coalesce(f.history_days, 0)::BIGINT AS history_days,
    'First use of the credential ' || u.credential || ', which ' || array_to_string(list_filter(p.holders, lambda h: h <> u.identity)[:5], ', ')
        || ' used before (' || baseline.number(p.identities) || ' accounts share it; ' || baseline.number(s.identities) || ' is the mean here).' AS reason,
    u.credential, u.credential_kind, list_filter(p.holders, lambda h: h <> u.identity) AS others, t.repositories, t.operations, t.networks, u.first_at, u.last_at
FROM used AS u
JOIN per_credential AS p USING (credential)
JOIN tonight AS t USING (identity, credential)
CROSS JOIN usual AS s
LEFT JOIN facet AS f USING (identity)
WHERE u.first_day = as_of::DATE - 1 AND p.identities > 1
ORDER BY u.identity, u.credential;
