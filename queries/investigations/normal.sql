-- What was normal for an identity or a person: repositories, acts and copies a day, hours, weekdays, networks, countries, clients, identities.
--
-- question: Q7 What was normal?
-- command: investigate normal SUBJECT
-- short: What was usual for an identity or a person
-- example: investigate normal ana --until 2026-07-22
-- flags: --days how many days before --until
-- without until: the newest days count as normal too; give the first day in question with --until
-- subject: identity or person
-- arguments: identity, or person (as the roster has it), until (the first day that is not normal any more; by default the day after the newest), days (90)
-- Whole days only, strictly before the day of until. The numbers are over the
-- days on which the facet was seen at all; usual lists what was seen on most
-- days first, with the number of days behind it.
CREATE OR REPLACE MACRO investigate.normal (
    subject VARCHAR, since TIMESTAMP := NULL, until TIMESTAMP := NULL, days INTEGER := 90
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person')),
span AS (
    SELECT until_day, coalesce(since::DATE, until_day - days) AS from_day
    FROM (SELECT coalesce(until::DATE, (SELECT max(day) + 1 FROM rolled_day)) AS until_day)
),
used AS (
    SELECT f.day, a.family, a.access_type, i.identity, r.repository, d.network, coalesce(nullif(f.country, ''), d.network_country) AS country, g.agent AS user_agent,
        f.hours, f.operations, f.copies, f.pushes
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    JOIN access_form AS a USING (access_id)
    JOIN repository_form AS r USING (repository_id)
    LEFT JOIN address AS d USING (address_id)
    LEFT JOIN agent_form AS g USING (agent_id)
    WHERE f.identity_id IN (SELECT identity_id FROM identity_form WHERE identity IN (FROM investigate.subject_identity((SELECT resolved FROM asked))))
        AND f.operations > 0 AND f.day >= (SELECT from_day FROM span) AND f.day < (SELECT until_day FROM span)
),
daily AS (
    SELECT family, day, count(DISTINCT repository) AS repositories, sum(operations) AS operations, sum(copies) AS full_copies, sum(pushes) AS pushes
    FROM used GROUP BY family, day
),
counted AS (UNPIVOT daily ON repositories, operations, full_copies, pushes INTO NAME measure VALUE amount),
named AS (
    SELECT family, day, unnest([
        {'measure': 'repository', 'thing': repository}, {'measure': 'network', 'thing': network},
        {'measure': 'country', 'thing': country}, {'measure': 'client', 'thing': user_agent},
        {'measure': 'access type', 'thing': access_type}, {'measure': 'weekday', 'thing': dayname(day)}, {'measure': 'identity', 'thing': identity}
    ], recursive := true)
    FROM used
    UNION ALL
    SELECT family, day, 'hour (UTC)', lpad(h.hour::VARCHAR, 2, '0')
    FROM used CROSS JOIN (SELECT unnest(range(24)) AS hour) AS h
    WHERE (hours >> h.hour::UINTEGER) & 1 = 1
),
ranked AS (
    SELECT family, measure, thing, count(DISTINCT day) AS seen_days FROM named WHERE thing IS NOT NULL GROUP BY ALL
)
SELECT family, measure || ' a day' AS measure, median(amount)::DOUBLE AS median, round(quantile_cont(amount, 0.95), 2)::DOUBLE AS p95, max(amount)::DOUBLE AS most,
    count(*) AS days, NULL::VARCHAR[] AS usual
FROM counted GROUP BY family, measure
UNION ALL
SELECT family, measure, NULL, NULL, count(*)::DOUBLE, max(seen_days), list(thing || ' (' || seen_days || ')' ORDER BY seen_days DESC, thing)[:12]
FROM ranked GROUP BY family, measure
ORDER BY 1, 2;
