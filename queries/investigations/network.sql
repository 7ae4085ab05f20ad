-- What came from an address, a prefix or an autonomous system: who, which person, with what, and whether they were ever there before.
--
-- question: Q4 What else came from that address or network?
-- command: investigate network ADDRESS
-- short: Everything from an address, a prefix or an AS
-- example: investigate network 198.51.100.0/24
-- needs: address
-- subject: network
-- arguments: address, prefix in CIDR notation, or AS number such as AS9009; since, until
CREATE OR REPLACE MACRO investigate.network (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.network_named(subject)),
there AS (SELECT address_id, ip FROM address WHERE investigate.address_is(ip, asn, (SELECT resolved FROM asked))),
-- An identity, a repository and an access type by the first of the ids they were printed under.
whose AS (SELECT identity_id, identity, name, kind, min(identity_id) OVER (PARTITION BY identity) AS who FROM identity_form),
code AS (SELECT repository_id, min(repository_id) OVER (PARTITION BY repository) AS code_id FROM repository_form),
way AS (SELECT access_id, access_type, min(access_id) OVER (PARTITION BY access_type) AS way_id FROM access_form),
before AS (
    SELECT w.identity, min(f.first_at) AS first_ever
    FROM access_day AS f
    JOIN whose AS w USING (identity_id)
    WHERE f.address_id IN (SELECT address_id FROM there)
    GROUP BY w.identity
),
-- Persons, and when one was first there through any identity.
known AS (
    SELECT p.identity, p.person, e.first_ever
    FROM baseline.person() AS p
    LEFT JOIN (SELECT person, min(first_ever) AS first_ever FROM baseline.person() JOIN before USING (identity) GROUP BY person) AS e USING (person)
),
-- By ids first, one thing at a time: from a cloud's network half an organisation comes, and names are looked up for what is left.
picked AS NOT MATERIALIZED (
    SELECT f.*, w.who, y.way_id, coalesce(f.credential_id, -1) AS token_id
    FROM investigate.fact(since, until) AS f
    JOIN whose AS w USING (identity_id) JOIN way AS y USING (access_id)
    WHERE f.address_id IN (SELECT address_id FROM there)
),
used AS (
    SELECT who, way_id, token_id, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies, sum(pushes)::BIGINT AS pushes,
        sum(denied)::BIGINT AS denied, min(first_at) AS first_at, max(last_at) AS last_at
    FROM picked GROUP BY who, way_id, token_id
),
touched AS (
    SELECT who, way_id, token_id, count(*) AS repositories
    FROM (SELECT DISTINCT p.who, p.way_id, p.token_id, c.code_id FROM picked AS p JOIN code AS c USING (repository_id))
    GROUP BY who, way_id, token_id
),
place AS (
    SELECT p.who, p.way_id, p.token_id, investigate.few(min(t.ip, 12), count(*)) AS addresses
    FROM (SELECT DISTINCT who, way_id, token_id, address_id FROM picked) AS p JOIN there AS t USING (address_id)
    GROUP BY p.who, p.way_id, p.token_id
),
client AS (
    SELECT p.who, p.way_id, p.token_id, investigate.few(min(g.agent, 12), count(*)) AS clients
    FROM (SELECT DISTINCT who, way_id, token_id, agent_id FROM picked) AS p JOIN agent_form AS g USING (agent_id)
    GROUP BY p.who, p.way_id, p.token_id
)
SELECT
    w.identity, w.name AS identity_name, w.kind AS identity_kind, n.person, y.access_type, c.credential,
    investigate.is_new(b.first_ever, since) AS never_before, investigate.is_new(n.first_ever, since) AS person_never_before,
    t.repositories, u.operations, u.copies AS full_copies, u.pushes, u.denied, u.first_at, u.last_at,
    p.addresses, coalesce(g.clients, []) AS clients
FROM used AS u
JOIN (SELECT who, identity, min(name) AS name, min(kind) AS kind FROM whose GROUP BY who, identity) AS w USING (who)
JOIN (SELECT DISTINCT way_id, access_type FROM way) AS y USING (way_id)
LEFT JOIN credential_form AS c ON c.credential_id = u.token_id
JOIN touched AS t USING (who, way_id, token_id)
JOIN place AS p USING (who, way_id, token_id)
LEFT JOIN client AS g USING (who, way_id, token_id)
LEFT JOIN before AS b ON b.identity = w.identity
LEFT JOIN known AS n ON n.identity = w.identity
ORDER BY never_before DESC, t.repositories DESC, u.first_at, w.identity, y.access_type, c.credential;
