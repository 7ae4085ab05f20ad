-- A network that the facet had never used, and how far it is from those it had.
--
-- severity: low
-- technique: T1078.004 (v19)
-- hypotheses: thief, machine
-- quiet on: an address beside the usual one (same /24 or /48); a joiner (not assessable below least_days active
--     days). A trip, a phone and a new home look the same: see level, network_kind and others
--
-- One row a facet and network; with rare_days also for networks it had used, on
-- that many days at most. observed is the days it was used before;
-- expected is the share of nights at this level or a worse one, own nights mixed
-- with those of the same kind; others are facets that used its block before. A
-- night without addresses is one row that says so.
CREATE OR REPLACE MACRO signal.new_network(as_of TIMESTAMP, window_days INTEGER := 3650, least_days INTEGER := 5, rare_days INTEGER := 0) AS TABLE
WITH tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, network, min(block) AS block, min(asn) AS asn, min(as_name) AS as_name,
        min(network_kind) AS network_kind, country, count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, network, country
),
users AS (
    SELECT block, list(DISTINCT identity || ' ' || family) AS facets
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day < as_of::DATE - 1 AND operations > 0
        AND block IN (SELECT block FROM tonight)
    GROUP BY block
),
level AS (
    SELECT
        identity, family, network, country, max(level) FILTER (day = as_of::DATE - 1) AS level,
        count(DISTINCT day) FILTER (day < as_of::DATE - 1) AS days
    FROM baseline.network_level(as_of)
    GROUP BY identity, family, network, country
),
rare AS (SELECT *, sum(days) OVER (PARTITION BY identity, family, network) AS used_days FROM level),
judged AS (
    SELECT
        t.*, l.level, coalesce(l.used_days, 0) AS days, s.share, coalesce(s.history_days, f.history_days, 0) AS history_days,
        coalesce(len(list_filter(u.facets, lambda x: x <> t.identity || ' ' || t.family)), 0) AS others
    FROM tonight AS t
    LEFT JOIN rare AS l ON l.identity = t.identity AND l.family = t.family AND l.network = t.network AND l.country IS NOT DISTINCT FROM t.country
    LEFT JOIN baseline.network_share(as_of) AS s ON s.identity = t.identity AND s.family = t.family AND s.level = l.level
    LEFT JOIN baseline.facet(as_of) AS f ON f.identity = t.identity AND f.family = t.family
    LEFT JOIN users AS u ON u.block = t.block
    WHERE l.level > 0 OR t.network IS NULL OR l.used_days <= rare_days
),
said AS (
    SELECT
        *, network IS NOT NULL AND history_days >= least_days AS assessable,
        ['known network', 'new network in a known block', 'new block in a known autonomous system', 'new block that others use', 'new autonomous system', 'new country'][level + 1] AS level_name
    FROM judged
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN days END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days::BIGINT AS history_days,
    CASE
        WHEN network IS NULL THEN 'not assessable: the log gave no address'
        WHEN NOT assessable THEN baseline.too_young(history_days, least_days)
        ELSE CASE WHEN days > 0 THEN 'Came from the network ' || network || ', which it used on ' || baseline.counted(days, 'day', 'days') || ' before'
            ELSE 'First time from the network ' || network || CASE level_name WHEN 'new country' THEN coalesce(' and from ' || country, '') WHEN 'new autonomous system' THEN ', and from its provider' ELSE '' END END
            || '; ' || baseline.percent(share)
            || ' of nights here are this unusual (' || baseline.counted(history_days, 'day', 'days') || ' of history)'
            || CASE WHEN others > 0 THEN '; ' || baseline.counted(others, 'other account uses it', 'other accounts use it') ELSE '' END || '.'
    END AS reason,
    level_name AS level, network, block, asn, as_name, network_kind, country, others::BIGINT AS others, repositories, operations, first_at, last_at
FROM said
ORDER BY identity, family, network, country;
