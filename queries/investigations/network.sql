-- What came from an address, a prefix or an autonomous system: who, which person, with what, and whether they were ever there before.
--
-- question: Q4 What else came from that address or network?
-- needs: address
-- subject: network
-- arguments: address, prefix in CIDR notation, or AS number such as AS9009; since, until
CREATE OR REPLACE MACRO investigate.network (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH there AS (SELECT address_id, ip FROM address WHERE investigate.address_is(ip, asn, subject)),
before AS (
    SELECT i.identity, min(f.first_at) AS first_ever
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    WHERE f.address_id IN (SELECT address_id FROM there)
    GROUP BY i.identity
),
-- Persons, and when one was first there through any identity.
known AS (
    SELECT p.identity, p.person, e.first_ever
    FROM baseline.person() AS p
    LEFT JOIN (SELECT person, min(first_ever) AS first_ever FROM baseline.person() JOIN before USING (identity) GROUP BY person) AS e USING (person)
),
-- By ids first: names are looked up for what is left.
picked AS (
    SELECT f.identity_id, f.access_id, f.credential_id, f.repository_id, f.agent_id, t.ip, sum(f.operations) AS operations, sum(f.copies) AS copies,
        sum(f.pushes) AS pushes, sum(f.denied) AS denied, min(f.first_at) AS first_at, max(f.last_at) AS last_at
    FROM investigate.fact(since, until) AS f
    JOIN there AS t USING (address_id)
    GROUP BY ALL
)
SELECT
    i.identity, min(i.name) AS identity_name, min(i.kind) AS identity_kind, min(n.person) AS person, k.access_type, c.credential,
    bool_and(investigate.is_new(b.first_ever, since)) AS never_before, bool_and(investigate.is_new(n.first_ever, since)) AS person_never_before,
    count(DISTINCT r.repository) AS repositories, sum(p.operations)::BIGINT AS operations, sum(p.copies)::BIGINT AS full_copies,
    sum(p.pushes)::BIGINT AS pushes, sum(p.denied)::BIGINT AS denied, min(p.first_at) AS first_at, max(p.last_at) AS last_at,
    investigate.some(list(DISTINCT p.ip)) AS addresses, investigate.some(list(DISTINCT g.agent)) AS clients
FROM picked AS p
JOIN identity_form AS i USING (identity_id)
JOIN access_form AS k USING (access_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN credential_form AS c USING (credential_id)
LEFT JOIN agent_form AS g USING (agent_id)
LEFT JOIN before AS b ON b.identity = i.identity
LEFT JOIN known AS n ON n.identity = i.identity
GROUP BY i.identity, k.access_type, c.credential
ORDER BY never_before DESC, repositories DESC, first_at, i.identity, k.access_type, c.credential;
