-- What an identity or a person could have reached and was not seen to touch, as far as known.
--
-- question: Q18 What could it have reached and was not seen to touch?
-- subject: identity or person
-- arguments: identity, or person (as the roster has it), since, until
-- No source tells who may read what, so reach is inferred: 'touched at another
-- time' is proven, 'was refused' is an attempt that failed, 'same organisation'
-- of the same kind of host is possible at most. Not seen is not "not accessed": what the host does not
-- log cannot stand here.
CREATE OR REPLACE MACRO investigate.untouched (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH seen AS (SELECT DISTINCT repository FROM investigate.act(since, until) WHERE identity IN (FROM investigate.subject_identity(subject)) AND operations > 0),
ever AS (
    SELECT repository, org, max(last_at) AS last_at, sum(operations) = 0 AS refused FROM access WHERE identity IN (FROM investigate.subject_identity(subject)) GROUP BY ALL
),
-- What its hosts have: what anybody there touched or was refused.
there AS (
    SELECT DISTINCT repository_id FROM access_day
    WHERE identity_id IN (SELECT identity_id FROM identity_form WHERE split_part(identity, ':', 1) IN (SELECT split_part(identity, ':', 1) FROM investigate.subject_identity(subject)))
),
last_use AS (
    SELECT r.repository, max(f.day) AS last_day, count(DISTINCT f.identity_id) AS readers
    FROM access_day AS f JOIN repository_form AS r USING (repository_id) WHERE f.operations > 0 GROUP BY r.repository
)
SELECT
    r.repository, CASE WHEN e.refused THEN 'was refused' WHEN e.repository IS NOT NULL THEN 'touched at another time' ELSE 'same organisation' END AS reach,
    f.tier, f.owner, e.last_at AS last_touched_by_it, u.last_day AS last_day_of_anyone, coalesce(u.readers, 0) AS readers
FROM (SELECT DISTINCT repository, org FROM repository_form WHERE repository <> '' AND repository_id IN (FROM there)) AS r
LEFT JOIN ever AS e USING (repository)
LEFT JOIN last_use AS u USING (repository)
LEFT JOIN (SELECT lower(repository) AS repository, min(tier) AS tier, min(owner) AS owner FROM repository_fact GROUP BY ALL) AS f USING (repository)
WHERE r.repository NOT IN (FROM seen) AND r.org IN (SELECT org FROM ever)
ORDER BY reach = 'same organisation', reach = 'was refused', f.tier, r.repository;
