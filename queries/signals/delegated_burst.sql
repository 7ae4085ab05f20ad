-- An app that acts as a person (a hosted editor, a coding agent) does far more in that person's name than on other days.
--
-- severity: low
-- technique: T1199 (v19)
-- hypotheses: thief
-- quiet on: an agent that is always busy, by the bound; fewer than least_operations; the person's own keys, which are
--     another facet. A long agent task looks the same: see most_on_one (one repository many times is no theft)
--
-- One row a facet whose access is delegated (OAuth user-to-server). observed is
-- operations, expected the median of its active days in the window, bound the
-- most that nineteen days in twenty had; people are others that the same client
-- acts for in the same night. One published case: 1,661 clones of one repository
-- in two days (PEERS 6).
CREATE OR REPLACE MACRO signal.delegated_burst(
    as_of TIMESTAMP, window_days INTEGER := 90, least_operations INTEGER := 50, least_days INTEGER := 5
) AS TABLE
WITH facet_day AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, sum(operations)::BIGINT AS operations, count(DISTINCT repository) AS repositories
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND family = 'delegated'
    GROUP BY identity, family, day
),
before AS (
    SELECT identity, family, count(*) AS history_days, median(operations) AS usual, quantile_disc(operations, 0.95) AS bound
    FROM facet_day
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
client AS (
    SELECT identity, family, user_agent, sum(operations) AS operations
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0 AND family = 'delegated'
    GROUP BY identity, family, user_agent
),
main_client AS (SELECT identity, family, arg_max(user_agent, operations) AS user_agent FROM client GROUP BY identity, family),
people AS (SELECT user_agent, count(DISTINCT identity) - 1 AS people FROM client GROUP BY user_agent),
one AS (
    SELECT identity, family, max(operations) AS most_on_one
    FROM (
        SELECT identity, family, repository, sum(operations)::BIGINT AS operations FROM access
        WHERE day = as_of::DATE - 1 AND operations > 0 AND family = 'delegated'
        GROUP BY identity, family, repository
    )
    GROUP BY identity, family
),
judged AS (
    SELECT t.*, b.usual, b.bound, coalesce(b.history_days, 0) AS history_days, c.user_agent, p.people, o.most_on_one,
        coalesce(b.history_days, 0) >= least_days AS assessable
    FROM (FROM facet_day WHERE day = as_of::DATE - 1) AS t
    LEFT JOIN before AS b USING (identity, family)
    JOIN main_client AS c USING (identity, family)
    LEFT JOIN people AS p USING (user_agent)
    JOIN one AS o USING (identity, family)
    WHERE t.operations >= least_operations
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN operations END::DOUBLE AS observed,
    CASE WHEN assessable THEN usual END::DOUBLE AS expected,
    CASE WHEN assessable THEN bound END::DOUBLE AS bound,
    history_days::BIGINT AS history_days,
    CASE WHEN assessable
        THEN coalesce(user_agent, 'an app') || ' did ' || baseline.number(operations) || ' operations in its name (' || baseline.number(usual)
            || ' on a usual day, rarely more than ' || baseline.number(bound) || '; ' || baseline.number(history_days) || ' days of history) on '
            || baseline.counted(repositories, 'repository', 'repositories') || ', ' || baseline.number(most_on_one) || ' on one; it acts for '
            || baseline.counted(coalesce(people, 0), 'other person.', 'other people.')
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    user_agent, repositories, most_on_one, people
FROM judged
WHERE NOT assessable OR operations > bound
ORDER BY identity, family;
