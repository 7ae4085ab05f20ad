-- Everything a person touched, through each identity that the roster says is theirs.
--
-- question: Q2a What did a person touch, and through which identity?
-- command: investigate person PERSON
-- short: Everything a person touched, through each identity
-- example: investigate person 'Ana Lima' --since 2026-07-01
-- needs: roster_entry
-- subject: person
-- arguments: person as the roster has it, since, until
-- A login of one forge, a user of another and an SSH key are one person where
-- the roster says so; the account that nobody thought of stands beside the
-- others. What was new to the person as a whole stands first.
CREATE OR REPLACE MACRO investigate.person (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
-- An identity, a repository and a family by the first of the ids they were printed under.
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'person')),
whose AS (
    SELECT identity_id, identity, min(identity_id) OVER (PARTITION BY identity) AS who FROM identity_form
    WHERE identity IN (SELECT identity FROM baseline.person() WHERE person = (SELECT resolved FROM asked))
),
code AS (SELECT repository_id, repository, min(repository_id) OVER (PARTITION BY repository) AS code_id FROM repository_form),
kin AS (SELECT access_id, family, min(access_id) OVER (PARTITION BY family) AS kin_id FROM access_form),
before AS (
    SELECT r.code_id, min(f.first_at) AS first_ever FROM investigate.subject_pick((SELECT resolved FROM asked)) AS f JOIN code AS r USING (repository_id) GROUP BY r.code_id
),
-- By ids first, one thing at a time: names are looked up for what is left.
picked AS NOT MATERIALIZED (
    SELECT f.*, r.code_id, w.who, k.kin_id
    FROM investigate.subject_pick((SELECT resolved FROM asked), since, until) AS f
    JOIN code AS r USING (repository_id) JOIN whose AS w USING (identity_id) JOIN kin AS k USING (access_id)
),
used AS (
    SELECT who, kin_id, code_id, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies, sum(pushes)::BIGINT AS pushes,
        sum(denied)::BIGINT AS denied, min(first_at) AS first_at, max(last_at) AS last_at, count(DISTINCT day) AS days
    FROM picked GROUP BY who, kin_id, code_id
),
network AS (
    SELECT who, kin_id, code_id, investigate.few(min(network, 12), count(*)) AS networks FROM (
        SELECT DISTINCT p.who, p.kin_id, p.code_id, d.network
        FROM (SELECT DISTINCT who, kin_id, code_id, address_id FROM picked) AS p JOIN address AS d USING (address_id)
    ) GROUP BY who, kin_id, code_id
),
country AS (
    SELECT who, kin_id, code_id, investigate.few(min(country, 12), count(country)) AS countries FROM (
        SELECT DISTINCT p.who, p.kin_id, p.code_id, coalesce(p.country, d.network_country) AS country
        FROM (SELECT DISTINCT who, kin_id, code_id, address_id, country FROM picked) AS p LEFT JOIN address AS d USING (address_id)
    ) GROUP BY who, kin_id, code_id
),
credential AS (
    SELECT p.who, p.kin_id, p.code_id, investigate.few(min(c.credential, 12), count(*)) AS credentials
    FROM (SELECT DISTINCT who, kin_id, code_id, credential_id FROM picked) AS p JOIN credential_form AS c USING (credential_id)
    GROUP BY p.who, p.kin_id, p.code_id
),
client AS (
    SELECT p.who, p.kin_id, p.code_id, investigate.few(min(g.agent, 12), count(*)) AS clients
    FROM (SELECT DISTINCT who, kin_id, code_id, agent_id FROM picked) AS p JOIN agent_form AS g USING (agent_id)
    GROUP BY p.who, p.kin_id, p.code_id
)
SELECT
    w.identity, k.family, r.repository, investigate.is_new(b.first_ever, since) AS never_before,
    u.operations, u.copies AS full_copies, u.pushes, u.denied, u.first_at, u.last_at, u.days,
    coalesce(c.credentials, []) AS credentials, coalesce(n.networks, []) AS networks, coalesce(o.countries, []) AS countries,
    coalesce(g.clients, []) AS clients
FROM used AS u
JOIN whose AS w ON w.identity_id = u.who
JOIN kin AS k ON k.access_id = u.kin_id
JOIN code AS r ON r.repository_id = u.code_id
LEFT JOIN before AS b ON b.code_id = u.code_id
LEFT JOIN credential AS c ON c.who = u.who AND c.kin_id = u.kin_id AND c.code_id = u.code_id
LEFT JOIN network AS n ON n.who = u.who AND n.kin_id = u.kin_id AND n.code_id = u.code_id
LEFT JOIN country AS o ON o.who = u.who AND o.kin_id = u.kin_id AND o.code_id = u.code_id
LEFT JOIN client AS g ON g.who = u.who AND g.kin_id = u.kin_id AND g.code_id = u.code_id
ORDER BY never_before DESC, u.first_at, w.identity, r.repository;
