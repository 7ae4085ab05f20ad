-- Everything a person touched, through each identity that the roster says is theirs.
--
-- question: Q2 What did a person touch, and through which identity?
-- needs: roster_entry
-- subject: person
-- arguments: person as the roster has it, since, until
-- A login of one forge, a user of another and an SSH key are one person where
-- the roster says so; the account that nobody thought of stands beside the
-- others. What was new to the person as a whole stands first.
CREATE OR REPLACE MACRO investigate.person (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH before AS (SELECT repository, min(first_at) AS first_ever FROM investigate.subject_act(subject) GROUP BY repository)
SELECT
    a.identity, a.family, a.repository, bool_and(investigate.is_new(b.first_ever, since)) AS never_before,
    sum(a.operations)::BIGINT AS operations, sum(a.copies)::BIGINT AS full_copies, sum(a.pushes)::BIGINT AS pushes, sum(a.denied)::BIGINT AS denied,
    min(a.first_at) AS first_at, max(a.last_at) AS last_at, count(DISTINCT a.day) AS days,
    investigate.some(list(DISTINCT a.credential)) AS credentials, investigate.some(list(DISTINCT a.network)) AS networks,
    investigate.some(list(DISTINCT a.country)) AS countries, investigate.some(list(DISTINCT a.user_agent)) AS clients
FROM investigate.subject_act(subject, since, until) AS a
LEFT JOIN before AS b USING (repository)
WHERE a.identity IN (SELECT identity FROM baseline.person() WHERE person = subject)
GROUP BY a.identity, a.family, a.repository
ORDER BY never_before DESC, first_at, a.identity, a.repository;
