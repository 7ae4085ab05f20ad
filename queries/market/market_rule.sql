-- What the market's usual rules make of each identity on each day: the rankings a product must beat.
--
-- source: PEERS 2 and 4; the same ten rules as the evaluation kit's baselines
--
-- One row an identity (by the name its host prints) and day up to until_day, with
-- a score a rule, 0 where it says nothing. Each day is judged against the days
-- before it; old means seen before.
--   clone10       private repositories cloned, where ten or more
--   clone10any    private repositories touched in any way, where ten or more
--   new_ip, new_ua, new_country, new_token
--                 values never seen with the identity, where old; tokens of apps
--                 that act as themselves last an hour and are left out
--   zscore        z of the day's records against its earlier days, seven at
--                 least, where above 3
--   newterms14    repositories not touched in the 14 days before
--   newrepo_ever  repositories never touched before, where old
--   union         how many of clone10, new_ip, new_ua, zscore and newterms14
--                 fired, ties by newterms14
--   combo         an afternoon's work: 1/log2(2 + who had it) a new repository,
--                 1 for a new address, 2 for a country, .5 for a client, .5 for z
CREATE OR REPLACE MACRO market.market_rule(until_day DATE) AS TABLE
WITH a AS (
    SELECT identity_name, day, repository, NOT coalesce(is_public, false) AS is_private, copies, records, ip, country, user_agent, credential
    FROM market.read_day(until_day)
),
counted AS (
    SELECT
        identity_name, day, sum(records)::DOUBLE AS records,
        count(DISTINCT repository) FILTER (is_private AND copies > 0) AS cloned,
        count(DISTINCT repository) FILTER (is_private) AS touched
    FROM a
    GROUP BY identity_name, day
),
history AS (
    SELECT
        *, count(*) OVER before AS days, sum(records) OVER before AS sum_records, sum(records * records) OVER before AS sum_squares
    FROM counted
    WINDOW before AS (PARTITION BY identity_name ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
scored AS (
    SELECT
        *, CASE WHEN days >= 7 THEN
            (records - sum_records / days) / coalesce(nullif(sqrt(greatest(0, sum_squares / days - (sum_records / days) * (sum_records / days))), 0), 1)
            ELSE 0 END AS z
    FROM history
),
-- First days of each value: what is new is what begins on the day.
first_value AS (
    SELECT identity_name, kind, min(day) AS day
    FROM (
        SELECT identity_name, day, unnest([
            {'kind': 'ip', 'value': ip}, {'kind': 'ua', 'value': user_agent}, {'kind': 'country', 'value': country}, {'kind': 'token', 'value': credential}
        ], recursive := true)
        FROM (SELECT DISTINCT identity_name, day, ip, user_agent, country, credential FROM a)
    )
    WHERE value IS NOT NULL
    GROUP BY identity_name, kind, value
),
fresh_value AS (
    SELECT
        identity_name, day, count(*) FILTER (kind = 'ip') AS ips, count(*) FILTER (kind = 'ua') AS uas,
        count(*) FILTER (kind = 'country') AS countries, count(*) FILTER (kind = 'token') AS tokens
    FROM first_value
    GROUP BY identity_name, day
),
touch AS (
    SELECT identity_name, repository, day, lag(day) OVER (PARTITION BY identity_name, repository ORDER BY day) AS before_day
    FROM (SELECT DISTINCT identity_name, repository, day FROM a)
),
-- Who had a repository first: on one day, the earlier name.
had AS (
    SELECT *, row_number() OVER (PARTITION BY repository ORDER BY day, identity_name) - 1 AS people
    FROM touch
    WHERE before_day IS NULL
),
fresh_repository AS (
    SELECT
        t.identity_name, t.day, count(*) FILTER (t.before_day IS NULL) AS ever,
        count(*) FILTER (t.before_day IS NULL OR t.before_day < t.day - 14) AS fortnight,
        coalesce(sum(1 / log2(2 + h.people)), 0) AS rarity
    FROM touch AS t
    LEFT JOIN had AS h ON h.identity_name = t.identity_name AND h.repository = t.repository AND h.day = t.day
    GROUP BY t.identity_name, t.day
),
rules AS (
    SELECT
        s.day, s.identity_name,
        CASE WHEN s.cloned >= 10 THEN s.cloned ELSE 0 END AS clone10,
        CASE WHEN s.touched >= 10 THEN s.touched ELSE 0 END AS clone10any,
        CASE WHEN s.days > 0 THEN coalesce(v.ips, 0) ELSE 0 END AS new_ip,
        CASE WHEN s.days > 0 THEN coalesce(v.uas, 0) ELSE 0 END AS new_ua,
        CASE WHEN s.days > 0 THEN coalesce(v.countries, 0) ELSE 0 END AS new_country,
        CASE WHEN s.days > 0 THEN coalesce(v.tokens, 0) ELSE 0 END AS new_token,
        CASE WHEN s.z > 3 THEN s.z ELSE 0 END AS zscore,
        r.fortnight AS newterms14,
        CASE WHEN s.days > 0 THEN r.ever ELSE 0 END AS newrepo_ever,
        CASE WHEN s.days > 0 THEN r.rarity ELSE 0 END AS rarity
    FROM scored AS s
    JOIN fresh_repository AS r USING (identity_name, day)
    LEFT JOIN fresh_value AS v USING (identity_name, day)
),
fired AS (
    SELECT *, (clone10 > 0)::INTEGER + (new_ip > 0)::INTEGER + (new_ua > 0)::INTEGER + (zscore > 0)::INTEGER + (newterms14 > 0)::INTEGER AS k FROM rules
)
SELECT
    day, identity_name, clone10::DOUBLE AS clone10, clone10any::DOUBLE AS clone10any, new_ip::DOUBLE AS new_ip, new_ua::DOUBLE AS new_ua,
    new_country::DOUBLE AS new_country, new_token::DOUBLE AS new_token, zscore, newterms14::DOUBLE AS newterms14, newrepo_ever::DOUBLE AS newrepo_ever,
    CASE WHEN k > 0 THEN k + newterms14 / 1000 ELSE 0 END::DOUBLE AS "union",
    (rarity + (new_ip > 0)::INTEGER + 2 * (new_country > 0)::INTEGER + 0.5 * (new_ua > 0)::INTEGER + 0.5 * (zscore > 0)::INTEGER)::DOUBLE AS combo
FROM fired
ORDER BY day, identity_name;
