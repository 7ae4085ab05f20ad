-- A person on a network that hides who is there: a rented server, a private VPN, Tor.
--
-- severity: medium
-- technique: T1090.002 (v19)
-- hypotheses: thief
-- quiet on: such a network that it used before; machines, which live there; networks whose kind the table does not
--     know. A person who begins to use a VPN or a remote desktop looks the same: see client and repositories
--
-- One row a person and network, where the networks table says hosting, vpn or tor.
-- observed is the days it used such a network before (0), expected the share of
-- people's nights in the window on one.
CREATE OR REPLACE MACRO signal.anonymous_network(as_of TIMESTAMP, window_days INTEGER := 90, least_days INTEGER := 5) AS TABLE
WITH used AS (
    SELECT a.identity, min(a.identity_name) AS identity_name, a.family, a.day, a.network, min(a.asn) AS asn, min(a.as_name) AS as_name,
        min(a.network_kind) AS network_kind, min(a.country) AS country, list(DISTINCT a.user_agent ORDER BY a.user_agent) FILTER (a.user_agent IS NOT NULL) AS clients,
        count(DISTINCT a.repository) AS repositories, sum(a.operations)::BIGINT AS operations, min(a.first_at) AS first_at
    FROM access AS a
    JOIN baseline.novelty(as_of) AS n ON n.identity = a.identity AND n.family = a.family AND n.day = a.day AND NOT n.is_machine
    WHERE a.day >= as_of::DATE - 1 - window_days AND a.day <= as_of::DATE - 1 AND a.operations > 0
    GROUP BY a.identity, a.family, a.day, a.network
),
night AS (SELECT identity, family, day, bool_or(network_kind IN ('hosting', 'vpn', 'tor')) AS is_hidden FROM used GROUP BY identity, family, day),
usual AS (SELECT avg(coalesce(is_hidden, false)::INTEGER) AS share FROM night WHERE day < as_of::DATE - 1),
before AS (
    SELECT identity, family, count(*) AS history_days, count(*) FILTER (is_hidden) AS hidden_days
    FROM night
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
judged AS (
    SELECT u.*, s.share, coalesce(b.history_days, 0) AS history_days, coalesce(b.history_days, 0) >= least_days AS assessable
    FROM used AS u
    CROSS JOIN usual AS s
    LEFT JOIN before AS b USING (identity, family)
    WHERE u.day = as_of::DATE - 1 AND u.network_kind IN ('hosting', 'vpn', 'tor') AND coalesce(b.hidden_days, 0) = 0
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN 0 END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days::BIGINT AS history_days,
    CASE WHEN assessable
        THEN 'Came from ' || network || ' (' || coalesce(as_name, 'no name') || ', ' || network_kind || '), a sort of network it never used in ' || baseline.number(history_days)
            || ' days; ' || coalesce(baseline.percent(share), 'none') || ' of people''s nights here do.'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    network, asn, as_name, network_kind, country, clients, repositories, operations, first_at
FROM judged
ORDER BY identity, family, network;
