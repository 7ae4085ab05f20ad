-- Identities and credentials that were silent for long and then used.
--
-- question: Q16 Which identities were dormant for N days and are active now?
-- command: investigate dormant
-- short: What was silent for long and is active again
-- example: investigate dormant --days 45 --since 2026-07-01
-- flags: --days days of silence
-- arguments: days (45), since (by default the last 30 days there are), until
-- Whole days: those that the window touches. Silent means not seen: days on which a source was blind look silent too.
-- Exactly that many days between two active days count. person_last_day is when the same person was last seen before
-- by another identity: a second account that woke up, while its person was here all along.
CREATE OR REPLACE MACRO investigate.dormant (
    days INTEGER := 45, since TIMESTAMP := NULL, until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH span AS (
    SELECT coalesce(since, (SELECT max(day) FROM rolled_day WHERE day < until)::TIMESTAMP - INTERVAL 29 DAY)::DATE AS from_day,
        (until - INTERVAL 1 MICROSECOND)::DATE + 1 AS until_day
),
-- An identity by the first of the ids it was printed under.
who AS (SELECT identity_id, identity, min(identity_id) OVER (PARTITION BY identity) AS id FROM identity_form),
-- Days of the window, and as many before it as must be silent.
active AS (
    SELECT 'identity' AS what, w.id, f.day
    FROM (
        SELECT DISTINCT identity_id, day FROM access_day
        WHERE operations > 0 AND day < (SELECT until_day FROM span) AND day >= (SELECT from_day - days FROM span)
    ) AS f
    JOIN who AS w USING (identity_id)
    UNION ALL
    SELECT DISTINCT 'credential', credential_id, day FROM access_day
    WHERE operations > 0 AND credential_id IS NOT NULL AND day < (SELECT until_day FROM span) AND day >= (SELECT from_day - days FROM span)
),
spaced AS (SELECT what, id, day, lag(day) OVER (PARTITION BY what, id ORDER BY day) AS day_before FROM active),
awake AS (SELECT * FROM spaced WHERE day >= (SELECT from_day FROM span) AND (day_before IS NULL OR day - day_before >= days)),
-- When those without a day before were last seen, if ever.
earlier AS (
    SELECT a.what, a.id, max(f.day) AS last_day
    FROM awake AS a
    JOIN who AS w ON w.id = a.id
    JOIN access_day AS f USING (identity_id)
    WHERE a.what = 'identity' AND a.day_before IS NULL AND f.operations > 0 AND f.day < (SELECT from_day - days FROM span)
    GROUP BY a.what, a.id
    UNION ALL
    SELECT a.what, a.id, max(f.day)
    FROM awake AS a
    JOIN access_day AS f ON f.credential_id = a.id
    WHERE a.what = 'credential' AND a.day_before IS NULL AND f.operations > 0 AND f.day < (SELECT from_day - days FROM span)
    GROUP BY a.what, a.id
),
recent AS (
    SELECT a.what, a.id, a.day, coalesce(a.day_before, e.last_day) AS day_before
    FROM awake AS a LEFT JOIN earlier AS e USING (what, id)
    WHERE coalesce(a.day_before, e.last_day) IS NOT NULL
),
use AS (
    SELECT r.what, r.id, r.day, w.identity AS name, w.identity, f.repository_id, f.operations, f.copies
    FROM recent AS r
    JOIN who AS w ON w.id = r.id
    JOIN access_day AS f ON f.identity_id = w.identity_id AND f.day = r.day
    WHERE r.what = 'identity'
    UNION ALL
    SELECT r.what, r.id, r.day, c.credential, w.identity, f.repository_id, f.operations, f.copies
    FROM recent AS r
    JOIN credential_form AS c ON c.credential_id = r.id
    JOIN access_day AS f ON f.credential_id = r.id AND f.day = r.day
    JOIN who AS w USING (identity_id)
    WHERE r.what = 'credential'
),
-- When the person was last seen by another identity before.
elsewhere AS (
    SELECT r.id, r.day, max(f.day) AS last_day
    FROM recent AS r
    JOIN who AS w ON w.id = r.id AND w.identity_id = r.id
    JOIN baseline.person() AS p ON p.identity = w.identity
    JOIN baseline.person() AS o ON o.person = p.person AND o.identity <> p.identity
    JOIN who AS n ON n.identity = o.identity
    JOIN access_day AS f ON f.identity_id = n.identity_id AND f.operations > 0 AND f.day < r.day
    WHERE r.what = 'identity'
    GROUP BY r.id, r.day
)
SELECT
    r.what, min(u.name) AS name, investigate.some(list(DISTINCT u.identity)) AS used_as, r.day - r.day_before AS silent_days, r.day_before AS last_day_before,
    r.day AS active_again, count(DISTINCT u.repository_id) AS repositories, sum(u.operations)::BIGINT AS operations, sum(u.copies)::BIGINT AS full_copies,
    investigate.some(list(DISTINCT p.person)) AS persons, max(e.last_day) AS person_last_day
FROM recent AS r
JOIN use AS u USING (what, id, day)
LEFT JOIN baseline.person() AS p ON p.identity = u.identity
LEFT JOIN elsewhere AS e ON r.what = 'identity' AND e.id = r.id AND e.day = r.day
GROUP BY r.what, r.id, r.day, r.day_before
ORDER BY silent_days DESC, r.what DESC, name, r.day;
