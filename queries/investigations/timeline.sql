-- What happened in order: the records of a subject in sessions that pauses of 30 minutes part, and midnights from the second on.
--
-- question: Q8 What is the timeline?
-- command: investigate timeline SUBJECT
-- short: What happened in order, in sessions
-- example: investigate timeline ana --since 2026-07-20
-- flags: --pause minutes of silence that start a new session
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until, pause in minutes (30);
--     begins, ends (sessions that begin from and before these times alone)
-- parts: begins, ends
-- A pause of exactly 30 minutes does not part. Of a person each identity's
-- sessions are its own. What goes on past a second midnight is parted there and at
-- each midnight from then on: a build farm never pauses, and of one row for a year
-- nothing can be read. Nothing but the two days before and after a time then
-- decides what begins there, and the timeline can be told in parts. (With a pause
-- of days a midnight is one of every so many.)
CREATE OR REPLACE MACRO investigate.timeline (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31',
    pause INTEGER := 30, begins TIMESTAMP := NULL, ends TIMESTAMP := NULL
) AS TABLE
-- An identity by the first of the ids it was printed under.
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
whose AS (SELECT identity_id, identity, min(identity_id) OVER (PARTITION BY identity) AS who FROM identity_form),
-- Within a clock minute nothing parts, unless every pause does: minutes are fewer than records. Kept, because reading
-- them again costs more; told in parts they are few. A day is as long as a pause at least.
picked AS MATERIALIZED (
    SELECT w.who, CASE WHEN pause > 0 THEN date_trunc('minute', f.occurred_at) ELSE f.occurred_at END AS clock, f.occurred_at,
        f.credential_id, f.access_id, f.repository_id, f.address_id, f.country, f.agent_id, f.action, f.outcome, f.bytes_out
    FROM investigate.subject_fact(
        (SELECT resolved FROM asked), greatest(since, begins - 2 * to_days(pause // 1440 + 1) - to_minutes(pause)), least(until, ends + 2 * to_days(pause // 1440 + 1))
    ) AS f
    JOIN whose AS w USING (identity_id)
),
minute AS (SELECT who, credential_id, clock, min(occurred_at) AS first_at, max(occurred_at) AS last_at FROM picked GROUP BY ALL),
spaced AS (
    SELECT
        *, time_bucket(to_days(pause // 1440 + 1), first_at) AS day, lag(last_at) OVER own AS before_at,
        coalesce(first_at - lag(last_at) OVER own > to_minutes(pause), true) AS parted
    FROM minute
    WINDOW own AS (PARTITION BY who, credential_id ORDER BY clock)
),
chained AS (
    SELECT *, max(CASE WHEN parted THEN first_at END) OVER (PARTITION BY who, credential_id ORDER BY clock) AS going_since FROM spaced
),
numbered AS (
    SELECT
        who, credential_id, clock, max(CASE WHEN parted OR (before_at < day AND going_since < day - to_days(pause // 1440 + 1)) THEN first_at END)
            OVER (PARTITION BY who, credential_id ORDER BY clock) AS session
    FROM chained
),
placed AS NOT MATERIALIZED (
    SELECT p.*, n.session
    FROM picked AS p
    JOIN numbered AS n ON n.who = p.who AND n.clock = p.clock AND n.credential_id IS NOT DISTINCT FROM p.credential_id
    WHERE (begins IS NULL OR n.session >= begins) AND (ends IS NULL OR n.session < ends)
),
-- By ids first: names are looked up for what is left. Addresses apart: a hosted runner has another one every hour.
acted AS (
    SELECT
        who, credential_id, session, access_id, repository_id, agent_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at, count(*) AS records,
        count(*) FILTER (WHERE outcome = 'ok' AND action IN ('clone', 'archive')) AS copies,
        count(*) FILTER (WHERE action = 'push') AS pushes, count(*) FILTER (WHERE outcome <> 'ok') AS denied, sum(bytes_out) AS bytes_out
    FROM placed
    GROUP BY ALL
),
place AS (
    SELECT
        p.who, p.credential_id, p.session, list(DISTINCT d.ip) AS ips, list(DISTINCT d.asn) AS asns,
        list(DISTINCT coalesce(nullif(p.country, ''), d.network_country)) AS countries
    FROM (SELECT DISTINCT who, credential_id, session, address_id, country FROM placed) AS p
    LEFT JOIN address AS d USING (address_id)
    GROUP BY ALL
),
session AS (
    SELECT
        t.who, t.credential_id, t.session, min(t.first_at) AS first_at, max(t.last_at) AS last_at, min(a.access_type) AS access_type,
        sum(t.records)::BIGINT AS records, count(DISTINCT r.repository) AS repositories,
        count(DISTINCT r.repository) FILTER (WHERE t.copies > 0) AS copied_repositories,
        sum(t.pushes)::BIGINT AS pushes, sum(t.denied)::BIGINT AS denied, sum(t.bytes_out)::BIGINT AS bytes_out,
        list(DISTINCT r.repository) AS some_repositories, list(DISTINCT g.agent) AS clients
    FROM acted AS t
    JOIN access_form AS a USING (access_id)
    JOIN repository_form AS r USING (repository_id)
    LEFT JOIN agent_form AS g USING (agent_id)
    GROUP BY ALL
)
SELECT
    s.first_at, s.last_at, w.identity, s.access_type, c.credential, s.records, s.repositories, s.copied_repositories, s.pushes, s.denied, s.bytes_out,
    investigate.some(s.some_repositories) AS some_repositories, investigate.some(p.ips) AS addresses, investigate.some(p.asns) AS asns,
    investigate.some(p.countries) AS countries, investigate.some(s.clients) AS clients
FROM session AS s
JOIN whose AS w ON w.identity_id = s.who
JOIN place AS p ON p.who = s.who AND p.session = s.session AND p.credential_id IS NOT DISTINCT FROM s.credential_id
LEFT JOIN credential_form AS c ON c.credential_id = s.credential_id
ORDER BY s.first_at, w.identity, c.credential;
