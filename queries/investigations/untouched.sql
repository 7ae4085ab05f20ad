-- What an identity or a person could have reached and was not seen to touch, as far as known.
--
-- question: Q18 What could it have reached and was not seen to touch?
-- command: investigate untouched SUBJECT
-- short: What it could have reached and was not seen to touch
-- example: investigate untouched ana
-- subject: identity or person
-- arguments: identity, or person (as the roster has it), since, until
-- No source tells who may read what, so reach is inferred: 'touched at another
-- time' is proven, 'was refused' is an attempt that failed, 'same organisation'
-- of the same kind of host is possible at most. Not seen is not "not accessed": what the host does not
-- log cannot stand here.
CREATE OR REPLACE MACRO investigate.untouched (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
-- By ids first: names are looked up for what is left.
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person')),
seen AS (
    SELECT DISTINCT r.repository
    FROM (
        SELECT DISTINCT repository_id FROM investigate.fact(since, until)
        WHERE identity_id IN (SELECT identity_id FROM identity_form WHERE identity IN (FROM investigate.subject_identity((SELECT resolved FROM asked)))) AND operations > 0
    ) AS t
    JOIN repository_form AS r USING (repository_id)
),
own AS (
    SELECT repository_id, max(last_at) AS last_at, sum(operations) AS operations FROM access_day
    WHERE identity_id IN (SELECT identity_id FROM identity_form WHERE identity IN (FROM investigate.subject_identity((SELECT resolved FROM asked))))
    GROUP BY repository_id
),
ever AS (
    SELECT r.repository, list(r.org) AS orgs, max(o.last_at) AS last_at, sum(o.operations) = 0 AS refused
    FROM own AS o JOIN repository_form AS r USING (repository_id) GROUP BY r.repository
),
pair AS (SELECT repository_id, identity_id, max(day) FILTER (WHERE operations > 0) AS last_day FROM access_day GROUP BY ALL),
-- What its hosts have: what anybody there touched or was refused.
there AS (
    SELECT DISTINCT repository_id FROM pair
    WHERE identity_id IN (SELECT identity_id FROM identity_form WHERE split_part(identity, ':', 1) IN (SELECT split_part(identity, ':', 1) FROM investigate.subject_identity((SELECT resolved FROM asked))))
),
last_use AS (
    SELECT r.repository, max(p.last_day) AS last_day, count(DISTINCT p.identity_id) AS readers
    FROM pair AS p JOIN repository_form AS r USING (repository_id) WHERE p.last_day IS NOT NULL GROUP BY r.repository
)
SELECT
    r.repository, CASE WHEN e.refused THEN 'was refused' WHEN e.repository IS NOT NULL THEN 'touched at another time' ELSE 'same organisation' END AS reach,
    f.tier, f.owner, e.last_at AS last_touched_by_it, u.last_day AS last_day_of_anyone, coalesce(u.readers, 0) AS readers
FROM (SELECT DISTINCT repository, org FROM repository_form WHERE repository <> '' AND repository_id IN (FROM there)) AS r
LEFT JOIN ever AS e USING (repository)
LEFT JOIN last_use AS u USING (repository)
LEFT JOIN (SELECT lower(repository) AS repository, min(tier) AS tier, min(owner) AS owner FROM repository_fact GROUP BY ALL) AS f USING (repository)
WHERE r.repository NOT IN (FROM seen) AND r.org IN (SELECT unnest(orgs) FROM ever)
ORDER BY reach = 'same organisation', reach = 'was refused', f.tier, r.repository;
