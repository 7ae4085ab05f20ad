-- Who behaves like a suspect: overlap of repositories, and networks, clients and credentials that few share.
--
-- question: Q5 Who behaves alike?
-- command: investigate similar SUBJECT
-- short: Who behaves like a suspect
-- example: investigate similar ana
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until (by default the last 30 days there are)
-- Whole days: those that the window touches. Overlap is the Jaccard index of the private repositories touched in the
-- window, 0 to 1. A network or client counts as shared where at most five
-- identities used it in the window: an office is no link. The twenty most alike.
CREATE OR REPLACE MACRO investigate.similar (
    subject VARCHAR, since TIMESTAMP := NULL, until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
span AS (
    SELECT coalesce(since, (SELECT max(day) FROM rolled_day WHERE day < until)::TIMESTAMP - INTERVAL 29 DAY)::DATE AS from_day, (until - INTERVAL 1 MICROSECOND)::DATE + 1 AS until_day
),
suspect AS (
    SELECT identity_id FROM identity_form WHERE identity IN (FROM investigate.subject_identity((SELECT resolved FROM asked)))
    UNION
    SELECT DISTINCT f.identity_id FROM access_day AS f JOIN credential_form AS c USING (credential_id) WHERE c.credential = (SELECT resolved FROM asked)
),
touched AS (
    SELECT i.identity, f.repository_id, f.address_id, f.agent_id, f.credential_id, f.identity_id IN (FROM suspect) AS is_suspect
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    WHERE f.day >= (SELECT from_day FROM span) AND f.day < (SELECT until_day FROM span) AND f.operations > 0 AND NOT coalesce(f.is_public, false)
),
pairs AS (SELECT DISTINCT identity, repository_id, is_suspect FROM touched),
own AS (SELECT DISTINCT repository_id FROM pairs WHERE is_suspect),
overlap AS (
    SELECT identity, count(*) AS repositories, count(o.repository_id) AS shared_repositories
    FROM pairs LEFT JOIN own AS o USING (repository_id)
    WHERE NOT is_suspect
    GROUP BY identity
),
network AS (
    SELECT t.identity, d.network AS thing, bool_or(t.is_suspect) AS is_suspect
    FROM (SELECT DISTINCT identity, address_id, is_suspect FROM touched) AS t JOIN address AS d USING (address_id)
    GROUP BY ALL
),
client AS (
    SELECT t.identity, g.agent AS thing, bool_or(t.is_suspect) AS is_suspect
    FROM (SELECT DISTINCT identity, agent_id, is_suspect FROM touched) AS t JOIN agent_form AS g USING (agent_id)
    GROUP BY ALL
),
credential AS (
    SELECT t.identity, c.credential AS thing, bool_or(t.is_suspect) AS is_suspect
    FROM (SELECT DISTINCT identity, credential_id, is_suspect FROM touched) AS t JOIN credential_form AS c USING (credential_id)
    GROUP BY ALL
),
shared AS (
    SELECT 'network' AS what, identity, thing FROM network WHERE NOT is_suspect
        AND thing IN (SELECT thing FROM network GROUP BY thing HAVING bool_or(is_suspect) AND count(*) <= 5)
    UNION ALL
    SELECT 'client', identity, thing FROM client WHERE NOT is_suspect
        AND thing IN (SELECT thing FROM client GROUP BY thing HAVING bool_or(is_suspect) AND count(*) <= 5)
    UNION ALL
    SELECT 'credential', identity, thing FROM credential WHERE NOT is_suspect AND thing IN (SELECT thing FROM credential WHERE is_suspect)
)
SELECT
    o.identity, p.person, round(o.shared_repositories / (o.repositories + (SELECT count(*) FROM own) - o.shared_repositories), 3) AS overlap,
    o.shared_repositories, o.repositories, (SELECT count(*) FROM own) AS repositories_of_subject,
    investigate.some(list(DISTINCT s.thing) FILTER (WHERE s.what = 'network')) AS rare_networks_shared,
    investigate.some(list(DISTINCT s.thing) FILTER (WHERE s.what = 'client')) AS rare_clients_shared,
    investigate.some(list(DISTINCT s.thing) FILTER (WHERE s.what = 'credential')) AS credentials_shared
FROM overlap AS o
LEFT JOIN shared AS s USING (identity)
LEFT JOIN baseline.person() AS p ON p.identity = o.identity
WHERE o.shared_repositories > 0 OR s.identity IS NOT NULL
GROUP BY o.identity, p.person, o.shared_repositories, o.repositories
ORDER BY length(credentials_shared) DESC, length(rare_networks_shared) + length(rare_clients_shared) DESC, overlap DESC, o.identity
LIMIT 20;
