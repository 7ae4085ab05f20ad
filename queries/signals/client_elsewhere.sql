-- A client that many use, from a block of addresses it was never used from by anyone.
--
-- severity: low
-- technique: T1550.001 (v19)
-- hypotheses: thief
-- quiet on: clients of ordinary use, which come from anywhere, by the chance in expected; a client seen on fewer than
--     least_uses days of identities. An app that moves its servers looks the same: see identities
--
-- One row a facet, client and block. observed is the days this client came from
-- there (0); expected the chance that its next use is at a new place, (1 + K/2) /
-- (n + 1) after n uses over K places (the novelty estimate of a Pitman-Yor process
-- with discount one half). A hosted app's client has one place and a chance near 0.
CREATE OR REPLACE MACRO signal.client_elsewhere(as_of TIMESTAMP, window_days INTEGER := 3650, least_uses INTEGER := 20) AS TABLE
WITH used AS (
    SELECT DISTINCT identity, family, day, user_agent, block
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day < as_of::DATE - 1 AND operations > 0 AND user_agent IS NOT NULL AND block IS NOT NULL
),
places AS (
    SELECT user_agent, count(*) AS uses, count(DISTINCT block) AS places, count(DISTINCT identity) AS users FROM used GROUP BY user_agent
),
tonight AS (
    SELECT identity, min(identity_name) AS identity_name, family, user_agent, block, min(asn) AS asn, min(as_name) AS as_name, min(country) AS country,
        count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations, min(first_at) AS first_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0 AND user_agent IS NOT NULL AND block IS NOT NULL
    GROUP BY identity, family, user_agent, block
),
judged AS (
    SELECT t.*, p.uses, p.places, p.users, least(1, (1 + 0.5 * p.places) / (p.uses + 1)) AS chance,
        count(*) OVER (PARTITION BY t.user_agent, t.block) AS identities
    FROM tonight AS t
    JOIN places AS p USING (user_agent)
    ANTI JOIN used AS u ON u.user_agent = t.user_agent AND u.block = t.block
    WHERE p.uses >= least_uses
)
SELECT
    as_of::DATE - 1 AS night, j.identity, j.identity_name, j.family, 0::DOUBLE AS observed, j.chance::DOUBLE AS expected, NULL::DOUBLE AS bound,
    coalesce(f.history_days, 0)::BIGINT AS history_days,
    'Nobody has used the client ' || j.user_agent || ' from ' || j.block || ' before (' || baseline.counted(j.uses, 'use', 'uses') || ' over '
        || baseline.counted(j.places, 'place', 'places') || ': a new place has a chance of ' || baseline.percent(j.chance) || ').' AS reason,
    j.user_agent, j.block, j.asn, j.as_name, j.country, j.uses, j.places, j.users, j.identities, j.repositories, j.operations, j.first_at
FROM judged AS j
LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
ORDER BY j.identity, j.family, j.user_agent, j.block;
