-- What to revoke: every credential of a subject, the most urgent first, with how it is revoked on its forge.
--
-- question: Q9 Which credentials must be revoked?
-- command: contain SUBJECT
-- short: What to revoke and to rotate, and a watch on what is dead
-- example: contain ana
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until
-- All credentials of every identity that is the subject, or the person's, or
-- that the credential was used as; and those that the credentials file says are
-- theirs, also where none was ever seen in use. Without a window none is left
-- out for being old: what was believed unused is what gets missed (THREATS 0, 6).
-- The order: still used after it was recorded dead; not yet dead; long-lived
-- before those that end by themselves; the one that was named; the widest reach;
-- those that pushed; the last used.
CREATE OR REPLACE MACRO investigate.contain (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
-- Who a credential was used as, by the roll-up; hourly tokens by the events.
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
mine AS (
    SELECT identity_id, identity, name FROM identity_form WHERE identity IN (FROM investigate.subject_identity((SELECT resolved FROM asked)))
    UNION
    SELECT n.identity_id, n.identity, n.name
    FROM (
        SELECT f.identity_id FROM access_day AS f JOIN credential_form AS c USING (credential_id) WHERE c.credential = (SELECT resolved FROM asked)
        UNION
        SELECT f.identity_id FROM event_fact AS f JOIN credential_form AS c USING (credential_id) WHERE c.credential = (SELECT resolved FROM asked)
    ) AS t
    JOIN identity_form AS i USING (identity_id)
    JOIN identity_form AS n ON n.identity = i.identity
),
known AS (
    SELECT credential, min(dead_at) AS dead_at, min(owner) AS owner, min(purpose) AS purpose, min(forge) AS forge
    FROM credential_fact GROUP BY credential
),
owned AS (
    SELECT k.*, c.credential_id
    FROM known AS k
    LEFT JOIN credential_form AS c USING (credential)
    WHERE lower(k.owner) IN (SELECT lower((SELECT resolved FROM asked)) UNION SELECT lower(identity) FROM mine UNION SELECT lower(name) FROM mine WHERE name <> '')
),
picked AS (
    SELECT f.* FROM access_day AS f WHERE f.identity_id IN (SELECT identity_id FROM mine)
    UNION ALL
    SELECT f.* FROM access_day AS f
    WHERE f.credential_id IN (SELECT credential_id FROM owned) AND f.identity_id NOT IN (SELECT identity_id FROM mine)
),
used AS (
    SELECT
        c.credential, a.credential_kind, min(a.access_type) AS access_type, min(i.identity) AS identity, list(DISTINCT i.identity) AS identities,
        min(f.first_at) AS first_at, max(f.last_at) AS last_at, count(DISTINCT f.repository_id) AS repositories,
        count(DISTINCT f.repository_id) FILTER (WHERE NOT coalesce(f.is_public, false)) AS private_repositories,
        sum(f.copies)::BIGINT AS full_copies, sum(f.pushes)::BIGINT AS pushes
    FROM picked AS f
    JOIN identity_form AS i USING (identity_id)
    JOIN access_form AS a USING (access_id)
    LEFT JOIN credential_form AS c USING (credential_id)
    WHERE f.day >= since::DATE AND f.last_at >= since AND f.first_at < until
    GROUP BY c.credential, a.credential_kind
    UNION ALL
    SELECT credential, NULL, NULL, forge || ':', [], NULL, NULL, 0, 0, 0, 0 FROM owned WHERE credential_id IS NULL
),
late AS (SELECT DISTINCT credential FROM baseline.dead_use(since, until))
SELECT
    row_number() OVER (ORDER BY coalesce(u.credential IN (SELECT credential FROM late), false) DESC, k.dead_at IS NOT NULL, coalesce(investigate.short_lived(u.credential_kind), false),
        u.credential IS DISTINCT FROM (SELECT resolved FROM asked), u.private_repositories DESC, u.pushes > 0 DESC, u.last_at DESC, u.credential, u.credential_kind) AS urgency,
    u.credential, u.credential_kind, u.access_type, investigate.some(u.identities) AS used_as, coalesce(k.owner, u.identity) AS owner, k.purpose,
    u.first_at, u.last_at, u.repositories, u.private_repositories, u.full_copies, u.pushes, k.dead_at,
    coalesce(u.credential IN (SELECT credential FROM late), false) AS used_after_dead,
    investigate.revocation(split_part(u.identity, ':', 1), u.credential_kind) AS how
FROM used AS u
LEFT JOIN known AS k USING (credential)
ORDER BY urgency;
