-- What changed around it: grants, keys, members, visibility and logging from a day before to a day after.
--
-- question: Q15 What changed in the control plane around it?
-- command: investigate context SUBJECT
-- short: Changes of rights and settings around it
-- example: investigate context ana --since 2026-07-20 --until 2026-07-23
-- flags: --hours hours before and after
-- needs: control_event
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since and until (by default when the subject was first and last seen), hours (24)
CREATE OR REPLACE MACRO investigate.context (
    subject VARCHAR, since TIMESTAMP := NULL, until TIMESTAMP := NULL, hours INTEGER := 24
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
touched AS (
    FROM investigate.subject_act((SELECT resolved FROM asked), coalesce(since, TIMESTAMP '2005-04-07'), coalesce(until, TIMESTAMP '9999-12-31'))
),
span AS (
    SELECT coalesce(since, first_at) AS from_at, coalesce(until, last_at + INTERVAL 1 MICROSECOND) AS until_at
    FROM (SELECT min(first_at) AS first_at, max(last_at) AS last_at FROM touched)
),
people AS (
    SELECT identity AS name FROM investigate.subject_identity((SELECT resolved FROM asked))
    UNION SELECT split_part(identity, ':', 2) FROM investigate.subject_identity((SELECT resolved FROM asked)) UNION SELECT identity FROM touched UNION SELECT identity_name FROM touched
)
SELECT
    c.occurred_at, CASE WHEN c.occurred_at < s.from_at THEN 'before' WHEN c.occurred_at >= s.until_at THEN 'after' ELSE 'during' END AS at,
    CASE
        WHEN c.identity IN (FROM people) OR c.credential = (SELECT resolved FROM asked) THEN 'by the subject'
        WHEN c.affected IN (FROM people) THEN 'about the subject'
        WHEN c.repository IN (SELECT repository FROM touched) THEN 'about a repository it touched'
        ELSE 'elsewhere'
    END AS relation,
    c.native_action, c.identity, c.affected, c.org, c.repository, c.ip, c.country, c.user_agent, c.access_type, c.credential
FROM control_event AS c
CROSS JOIN span AS s
WHERE c.occurred_at >= s.from_at - to_hours(hours) AND c.occurred_at < s.until_at + to_hours(hours)
ORDER BY c.occurred_at, c.event_id;
