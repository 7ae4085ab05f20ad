-- A person active in a new network abroad within three hours of being active at home.
--
-- severity: high
-- technique: T1078.004 (v19)
-- hypotheses: thief
-- quiet on: a trip, where home falls silent; a virtual private network; a country changed within the home network
--
-- One row a facet and session abroad. Abroad is a network in a new autonomous
-- system or country (levels 3 to 5 of baseline.network_level) whose country is not
-- that of a home session near it. observed is 1; expected is the organisation's
-- own share of person-nights with the same, for rented networks apart, with .4 of
-- 200 nights before any is seen (MODEL 2.5).
CREATE OR REPLACE MACRO signal.two_countries(as_of TIMESTAMP) AS TABLE
WITH session AS (FROM baseline.session(as_of)),
abroad AS (
    SELECT a.*, h.country AS home_country, h.network AS home_network, h.first_at AS home_first_at, h.last_at AS home_last_at
    FROM session AS a
    JOIN session AS h ON h.identity = a.identity AND h.family = a.family AND h.day = a.day
    WHERE a.level >= 3 AND a.network_kind <> 'vpn' AND h.is_home AND h.country <> a.country AND h.hours::UBIGINT & a.near <> 0
),
usual AS (
    SELECT
        is_rented,
        (coalesce((SELECT sum(trust) FROM (SELECT DISTINCT identity, family, day, trust FROM abroad AS x WHERE x.is_rented = r.is_rented AND x.day < as_of::DATE - 1)), 0)::DOUBLE + 0.4)
            / ((SELECT count(*) FROM baseline.novelty(as_of) WHERE NOT is_machine AND day < as_of::DATE - 1) + 200) AS share
    FROM (SELECT unnest([false, true]) AS is_rented) AS r
),
tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, network, country, is_rented, user_agent, credential, max(history_days) AS history_days,
        min(first_at) AS first_at, max(last_at) AS last_at, max(repositories) AS repositories, max(operations) AS operations,
        min(home_country) AS home_country, min(home_network) AS home_network, min(home_first_at) AS home_first_at, max(home_last_at) AS home_last_at
    FROM abroad
    WHERE day = as_of::DATE - 1
    GROUP BY identity, family, network, country, is_rented, user_agent, credential
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family, 1::DOUBLE AS observed, share::DOUBLE AS expected, NULL::DOUBLE AS bound, history_days,
    'Active in ' || home_country || ' and in ' || country || ' within three hours; people here are on ' || baseline.percent(share)
        || ' of their nights.' AS reason,
    country, network, home_country, home_network, first_at, last_at, home_first_at, home_last_at, user_agent, credential, repositories, operations
FROM tonight
JOIN usual USING (is_rented)
ORDER BY identity, family, first_at, network, user_agent, credential;
