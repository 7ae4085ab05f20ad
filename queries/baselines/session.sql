-- Sessions of people: a facet's acts of a day from one network with one client, credential and country.
--
-- level is how new its network was, is_home whether it can stand for where its
-- owner is: a block used before that is no virtual private network and is not
-- rented; near has a bit for each UTC hour from three before its first act to
-- three after its last (MODEL 2.5).
CREATE OR REPLACE MACRO baseline.session(as_of TIMESTAMP) AS TABLE
WITH session AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, day, network, min(block) AS block, country, user_agent, credential, access_type,
        coalesce(min(network_kind), '') AS network_kind, bit_or(hours) AS hours, min(first_at) AS first_at, max(last_at) AS last_at,
        count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations
    FROM access
    WHERE day <= as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, day, network, country, user_agent, credential, access_type
)
SELECT
    s.*, l.level, n.tenure AS history_days, n.trust,
    s.network_kind IN ('hosting', 'cloud-runner') AS is_rented,
    l.level <= 1 AND s.network_kind NOT IN ('vpn', 'hosting', 'cloud-runner') AS is_home,
    (1::UBIGINT << (least(23, hour(s.last_at) + 3) + 1)::UBIGINT) - (1::UBIGINT << greatest(0, hour(s.first_at) - 3)::UBIGINT) AS near
FROM session AS s
JOIN baseline.novelty(as_of) AS n USING (identity, family, day)
JOIN baseline.network_level(as_of) AS l
    ON l.identity = s.identity AND l.family = s.family AND l.day = s.day AND l.network = s.network AND l.country IS NOT DISTINCT FROM s.country
WHERE NOT n.is_machine;
