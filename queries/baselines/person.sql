-- Who is behind each identity: the roster, with one leave date a person.
--
-- A line of the roster is for an identity as events have it, in any case, or for
-- all that sign in by one name of the identity provider (sso:...); the former
-- goes first. An agent that acts for somebody (github:agent:copilot:ana) is an
-- identity of his. leave_date is the last of the person's dates, and void where a
-- later start is known (somebody came back). ends_at is when, in UTC, access is
-- over: midnight after it in the person's zone, and where no zone is known
-- twelve hours later, when the day has ended everywhere.
CREATE OR REPLACE MACRO baseline.person() AS TABLE
WITH dates AS (
    SELECT person, max(leaves_on) AS leaves_on, max(starts_on) AS starts_on, min(time_zone) AS time_zone
    FROM roster_entry
    GROUP BY person
),
forms AS (
    SELECT identity, lower(identity) AS key FROM identity_form
    UNION
    SELECT identity, 'sso:' || lower(sso) FROM identity_form WHERE sso <> ''
    UNION
    SELECT identity, split_part(g.identity, ':', 1) || ':' || split_part(g.identity, ':', 4) FROM identity_form AS g WHERE g.kind = 'app' AND g.identity LIKE '%:agent:%'
),
matched AS (
    SELECT DISTINCT ON (coalesce(f.identity, r.identity)) coalesce(f.identity, r.identity) AS identity, r.identity AS entry, r.person, r.team, r.manager
    FROM roster_entry AS r
    LEFT JOIN forms AS f ON f.key = r.identity
    ORDER BY starts_with(r.identity, 'sso:'), r.identity
)
SELECT
    m.identity, m.person, m.team, m.manager,
    CASE WHEN d.starts_on > d.leaves_on THEN NULL ELSE d.leaves_on END AS leave_date,
    CASE
        WHEN d.starts_on > d.leaves_on THEN NULL
        WHEN d.time_zone IS NULL THEN (d.leaves_on + 1)::TIMESTAMP + INTERVAL 12 HOUR
        ELSE ((d.leaves_on + 1)::TIMESTAMP AT TIME ZONE d.time_zone) AT TIME ZONE 'UTC'
    END AS ends_at
FROM matched AS m
JOIN dates AS d USING (person);
