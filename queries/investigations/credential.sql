-- Everything done with one token or key, by repository and by who it was used as.
--
-- question: Q3 What did this token do?
-- subject: credential
-- arguments: the credential's hash or id as the host logs it (GitHub: base64 of SHA-256), since, until
CREATE OR REPLACE MACRO investigate.credential (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
SELECT
    repository, a.identity, min(p.person) AS person, access_type, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS full_copies,
    sum(pushes)::BIGINT AS pushes, sum(denied)::BIGINT AS denied,
    investigate.copy_kind(sum(operations), sum(copies), sum(pushes), sum(denied)) AS copy_kind,
    min(first_at) AS first_at, max(last_at) AS last_at, count(DISTINCT day) AS days,
    investigate.some(list(DISTINCT ip)) AS addresses, investigate.some(list(DISTINCT asn)) AS asns,
    investigate.some(list(DISTINCT country)) AS countries, investigate.some(list(DISTINCT user_agent)) AS clients
FROM investigate.subject_act(subject, since, until) AS a
LEFT JOIN baseline.person() AS p ON p.identity = a.identity
WHERE credential = subject
GROUP BY repository, a.identity, access_type
ORDER BY first_at, repository, a.identity, access_type;
