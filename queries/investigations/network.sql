-- What came from an address, a prefix or an autonomous system: who, with what, and whether they were ever there before.
--
-- question: Q4 What else came from that address or network?
-- subject: network
-- arguments: address, prefix in CIDR notation, or AS number such as AS9009; since, until
CREATE OR REPLACE MACRO investigate.network (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH there AS (SELECT DISTINCT ip FROM address WHERE investigate.address_is(ip, asn, subject)),
before AS (
    SELECT i.identity, min(f.first_at) AS first_ever
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    WHERE f.address_id IN (SELECT address_id FROM address WHERE investigate.address_is(ip, asn, subject))
    GROUP BY i.identity
)
SELECT
    a.identity, min(a.identity_name) AS identity_name, min(a.identity_kind) AS identity_kind, a.access_type, a.credential,
    bool_and(b.first_ever >= since) AS never_before,
    count(DISTINCT a.repository) AS repositories, sum(a.operations)::BIGINT AS operations, sum(a.copies)::BIGINT AS full_copies,
    sum(a.pushes)::BIGINT AS pushes, sum(a.denied)::BIGINT AS denied, min(a.first_at) AS first_at, max(a.last_at) AS last_at,
    investigate.some(list(DISTINCT a.ip)) AS addresses, investigate.some(list(DISTINCT a.user_agent)) AS clients
FROM investigate.act(since, until) AS a
JOIN there USING (ip)
LEFT JOIN before AS b USING (identity)
GROUP BY a.identity, a.access_type, a.credential
ORDER BY never_before DESC, repositories DESC, first_at, a.identity, a.access_type, a.credential;
