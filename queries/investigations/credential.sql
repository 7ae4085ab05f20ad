-- Everything done with one token or key, by repository and by who it was used as.
--
-- question: Q3 What did this token do?
-- command: investigate credential HASH
-- short: Everything done with a token or key
-- example: investigate credential --raw - < leaked-token
-- subject: credential
-- arguments: the credential's hash or id as the host logs it (GitHub: base64 of SHA-256), since, until
CREATE OR REPLACE MACRO investigate.credential (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
-- An identity, a repository and an access type by the first of the ids they were printed under.
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'credential')),
whose AS (SELECT identity_id, identity, min(identity_id) OVER (PARTITION BY identity) AS who FROM identity_form),
code AS (SELECT repository_id, repository, min(repository_id) OVER (PARTITION BY repository) AS code_id FROM repository_form),
way AS (SELECT access_id, access_type, min(access_id) OVER (PARTITION BY access_type) AS way_id FROM access_form),
-- By ids first, one thing at a time: names are looked up for what is left. Kept, because it looks for the records of
-- tokens that live an hour.
picked AS MATERIALIZED (
    SELECT r.code_id, w.who, y.way_id, f.address_id, f.country, f.agent_id, f.day, f.operations, f.copies, f.pushes, f.denied, f.first_at, f.last_at
    FROM investigate.subject_pick((SELECT resolved FROM asked), since, until) AS f
    JOIN code AS r USING (repository_id) JOIN whose AS w USING (identity_id) JOIN way AS y USING (access_id)
    WHERE f.credential_id IN (SELECT credential_id FROM credential_form WHERE credential = (SELECT resolved FROM asked))
),
used AS (
    SELECT code_id, who, way_id, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies, sum(pushes)::BIGINT AS pushes,
        sum(denied)::BIGINT AS denied, min(first_at) AS first_at, max(last_at) AS last_at, count(DISTINCT day) AS days
    FROM picked GROUP BY code_id, who, way_id
),
place AS (
    SELECT p.code_id, p.who, p.way_id, investigate.few(min(d.ip, 12), count(*)) AS addresses
    FROM (SELECT DISTINCT code_id, who, way_id, address_id FROM picked) AS p JOIN address AS d USING (address_id)
    GROUP BY p.code_id, p.who, p.way_id
),
system AS (
    SELECT code_id, who, way_id, investigate.few(min(asn, 12), count(asn)) AS asns FROM (
        SELECT DISTINCT p.code_id, p.who, p.way_id, d.asn
        FROM (SELECT DISTINCT code_id, who, way_id, address_id FROM picked) AS p JOIN address AS d USING (address_id)
    ) GROUP BY code_id, who, way_id
),
country AS (
    SELECT code_id, who, way_id, investigate.few(min(country, 12), count(country)) AS countries FROM (
        SELECT DISTINCT p.code_id, p.who, p.way_id, coalesce(p.country, d.network_country) AS country
        FROM (SELECT DISTINCT code_id, who, way_id, address_id, country FROM picked) AS p LEFT JOIN address AS d USING (address_id)
    ) GROUP BY code_id, who, way_id
),
client AS (
    SELECT p.code_id, p.who, p.way_id, investigate.few(min(g.agent, 12), count(*)) AS clients
    FROM (SELECT DISTINCT code_id, who, way_id, agent_id FROM picked) AS p JOIN agent_form AS g USING (agent_id)
    GROUP BY p.code_id, p.who, p.way_id
)
SELECT
    r.repository, w.identity, n.person, y.access_type, u.operations, u.copies AS full_copies, u.pushes, u.denied,
    investigate.copy_kind(u.operations, u.copies, u.pushes, u.denied) AS copy_kind, u.first_at, u.last_at, u.days,
    coalesce(p.addresses, []) AS addresses, coalesce(s.asns, []) AS asns, coalesce(o.countries, []) AS countries, coalesce(g.clients, []) AS clients
FROM used AS u
JOIN code AS r ON r.repository_id = u.code_id
JOIN whose AS w ON w.identity_id = u.who
JOIN way AS y ON y.access_id = u.way_id
LEFT JOIN place AS p ON p.code_id = u.code_id AND p.who = u.who AND p.way_id = u.way_id
LEFT JOIN system AS s ON s.code_id = u.code_id AND s.who = u.who AND s.way_id = u.way_id
LEFT JOIN country AS o ON o.code_id = u.code_id AND o.who = u.who AND o.way_id = u.way_id
LEFT JOIN client AS g ON g.code_id = u.code_id AND g.who = u.who AND g.way_id = u.way_id
LEFT JOIN baseline.person() AS n ON n.identity = w.identity
ORDER BY u.first_at, r.repository, w.identity, y.access_type;
