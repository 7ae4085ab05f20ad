-- Identities and credentials that were silent for long and then used.
--
-- question: Q16 Which identities were dormant for N days and are active now?
-- arguments: days (45), since (by default the last 30 days there are), until
-- Silent means not seen: days on which a source was blind look silent too.
-- Exactly that many days between two active days count.
CREATE OR REPLACE MACRO investigate.dormant (
    days INTEGER := 45, since TIMESTAMP := NULL, until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH span AS (
    SELECT coalesce(since, (SELECT max(day) FROM rolled_day WHERE day < until)::TIMESTAMP - INTERVAL 29 DAY)::DATE AS from_day
),
active AS (
    SELECT 'identity' AS what, i.identity AS name, f.day
    FROM (SELECT DISTINCT identity_id, day FROM access_day WHERE operations > 0 AND day < until::DATE) AS f
    JOIN identity_form AS i USING (identity_id)
    UNION
    SELECT 'credential', c.credential, f.day
    FROM (SELECT DISTINCT credential_id, day FROM access_day WHERE operations > 0 AND day < until::DATE AND credential_id IS NOT NULL) AS f
    JOIN credential_form AS c USING (credential_id)
),
woken AS (
    SELECT what, name, day, lag(day) OVER (PARTITION BY what, name ORDER BY day) AS day_before FROM active
    QUALIFY day - day_before >= days
),
recent AS (SELECT * FROM woken WHERE day >= (SELECT from_day FROM span)),
use AS (
    SELECT w.what, w.name, w.day, i.identity, f.repository_id, f.operations, f.copies
    FROM recent AS w
    JOIN identity_form AS i ON i.identity = w.name
    JOIN access_day AS f ON f.identity_id = i.identity_id AND f.day = w.day
    WHERE w.what = 'identity'
    UNION ALL
    SELECT w.what, w.name, w.day, i.identity, f.repository_id, f.operations, f.copies
    FROM recent AS w
    JOIN credential_form AS c ON c.credential = w.name
    JOIN access_day AS f ON f.credential_id = c.credential_id AND f.day = w.day
    JOIN identity_form AS i USING (identity_id)
    WHERE w.what = 'credential'
)
SELECT
    w.what, w.name, investigate.some(list(DISTINCT u.identity)) AS used_as, w.day - w.day_before AS silent_days, w.day_before AS last_day_before,
    w.day AS active_again, count(DISTINCT u.repository_id) AS repositories, sum(u.operations)::BIGINT AS operations, sum(u.copies)::BIGINT AS full_copies
FROM recent AS w
LEFT JOIN use AS u USING (what, name, day)
GROUP BY w.what, w.name, w.day, w.day_before
ORDER BY silent_days DESC, w.what DESC, w.name, w.day;
