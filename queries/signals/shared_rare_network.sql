-- Several identities come to one network that is new to each of them, within a few nights, each with something new.
--
-- severity: high
-- technique: T1078.004 (v19)
-- hypotheses: thief
-- quiet on: a network that more than most_users identities used before; colleagues on a trip who read what they know;
--     one identity alone. An office that opens looks the same, but there people read what they know too
--
-- One row an identity of this night. observed is how many others did the same on
-- the network in the last span_days nights, expected how many identities come new
-- to a network on such a span on average, over the networks that anyone came new
-- to in the window.
CREATE OR REPLACE MACRO signal.shared_rare_network(
    as_of TIMESTAMP, window_days INTEGER := 3650, span_days INTEGER := 4, most_users INTEGER := 40
) AS TABLE
WITH fresh AS (
    SELECT DISTINCT a.identity, a.family, a.day, a.network
    FROM access AS a
    JOIN baseline.touch(as_of) AS t ON t.identity = a.identity AND t.family = a.family AND t.repository = a.repository AND t.first_day = a.day
    WHERE a.operations > 0 AND t.is_new
),
arrival AS (
    SELECT l.identity, l.family, l.day, l.network
    FROM baseline.network_level(as_of) AS l
    JOIN baseline.novelty(as_of) AS n USING (identity, family, day)
    WHERE l.level > 0 AND NOT n.is_machine AND n.tenure > 0
),
usual AS (
    SELECT avg(identities) AS arrivals
    FROM (
        SELECT network, span, count(DISTINCT identity) AS identities
        FROM (SELECT *, (as_of::DATE - 2 - day) // span_days AS span FROM arrival WHERE day < as_of::DATE - 1)
        GROUP BY network, span
    )
),
users AS (
    SELECT network, count(DISTINCT identity || ' ' || family) AS users
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 - span_days AND operations > 0
    GROUP BY network
),
recent AS (
    SELECT a.identity, a.family, a.day, a.network
    FROM arrival AS a
    SEMI JOIN fresh AS f ON f.identity = a.identity AND f.family = a.family AND f.day = a.day AND f.network = a.network
    WHERE a.day > as_of::DATE - 1 - span_days
),
met AS (
    SELECT t.identity, t.family, t.network, count(DISTINCT o.identity) AS others, list(DISTINCT o.identity ORDER BY o.identity) AS companions,
        min(o.day) AS since
    FROM (FROM recent WHERE day = as_of::DATE - 1) AS t
    JOIN recent AS o ON o.network = t.network AND o.identity <> t.identity
    GROUP BY t.identity, t.family, t.network
),
tonight AS (
    SELECT identity, min(identity_name) AS identity_name, family, network, min(asn) AS asn, min(as_name) AS as_name, min(network_kind) AS network_kind,
        min(country) AS country, count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations, min(first_at) AS first_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, network
)
SELECT
    as_of::DATE - 1 AS night, m.identity, t.identity_name, m.family, m.others::DOUBLE AS observed, coalesce(s.arrivals - 1, 0)::DOUBLE AS expected,
    NULL::DOUBLE AS bound, f.history_days,
    baseline.counted(m.others, 'other account', 'other accounts') || ' came from ' || m.network || ' for the first time and opened something new within '
        || baseline.counted(span_days, 'night', 'nights') || ' (' || array_to_string(m.companions[:5], ', ') || '); '
        || baseline.counted(coalesce(u.users, 0), 'account', 'accounts') || ' used it before; ' || baseline.number(coalesce(s.arrivals - 1, 0)) || ' others are usual.' AS reason,
    m.network, t.asn, t.as_name, t.network_kind, t.country, m.companions, m.since, coalesce(u.users, 0) AS users_before, t.repositories, t.operations, t.first_at
FROM met AS m
JOIN tonight AS t USING (identity, family, network)
JOIN baseline.facet(as_of) AS f USING (identity, family)
LEFT JOIN users AS u USING (network)
CROSS JOIN usual AS s
WHERE coalesce(u.users, 0) <= most_users
ORDER BY m.identity, m.family, m.network;
