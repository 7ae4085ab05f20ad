-- Many people come new to one private repository in the same night.
--
-- severity: info
-- technique: T1213.003 (v19)
-- hypotheses: thief
-- quiet on: as many as on its busiest night before (up to the bound); fewer than least_people; people who knew it;
--     machines. A reorganisation, a new tool everybody clones, an organisation-wide job look the same
--
-- One row a newcomer. observed is how many came new that night, expected the mean
-- a night since the repository was first seen, bound the most on any night before.
-- A repository in its first seven days is not looked at: all its readers are new.
CREATE OR REPLACE MACRO signal.repository_surge(as_of TIMESTAMP, least_people INTEGER := 5) AS TABLE
WITH arrival AS (
    SELECT t.identity, t.family, t.repository, t.first_day AS day
    FROM baseline.touch(as_of) AS t
    JOIN baseline.novelty(as_of) AS n ON n.identity = t.identity AND n.family = t.family AND n.day = t.first_day
    WHERE t.is_new AND NOT n.is_machine
),
a_night AS (SELECT repository, day, count(DISTINCT identity) AS people FROM arrival GROUP BY repository, day),
before AS (
    SELECT repository, sum(people) AS people, max(people) AS most, min(day) AS first_day
    FROM a_night
    WHERE day < as_of::DATE - 1
    GROUP BY repository
),
usual AS (
    SELECT repository, people / (as_of::DATE - 1 - first_day) AS mean, most, as_of::DATE - 1 - first_day AS age_days FROM before
),
named AS (
    SELECT identity, min(identity_name) AS identity_name, family, repository, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies, min(first_at) AS first_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, repository
)
SELECT
    a.day AS night, a.identity, m.identity_name, a.family, n.people::DOUBLE AS observed, u.mean::DOUBLE AS expected, u.most::DOUBLE AS bound,
    coalesce(f.history_days, 0)::BIGINT AS history_days,
    baseline.number(n.people) || ' people opened ' || a.repository || ' for the first time this night (' || baseline.number(u.mean) || ' a night is usual, at most '
        || baseline.number(u.most) || ' in ' || baseline.counted(u.age_days, 'day', 'days') || ').' AS reason,
    a.repository, m.operations, m.copies, m.first_at
FROM arrival AS a
JOIN a_night AS n USING (repository, day)
JOIN usual AS u USING (repository)
JOIN named AS m USING (identity, family, repository)
LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
WHERE a.day = as_of::DATE - 1 AND n.people >= least_people AND n.people > u.most AND u.age_days > 7
ORDER BY a.identity, a.family, a.repository;
