-- Facets as somebody who would act as them sees them on a day: where, with what, at which hours, and what they know.
--
-- For the self-test on one's own data. Where and with what is the commonest of the
-- 30 days before (of all days for those that were still since); tonight_at is its
-- own first act on the day itself; usual_hour and hours bound its acts by median.
CREATE OR REPLACE MACRO planting.subject(night DATE) AS TABLE
WITH act AS (
    SELECT
        i.identity, i.name AS identity_name, x.family, i.kind, x.access_type, c.credential, r.repository, f.is_public, d.ip, nullif(f.country, '') AS country,
        g.agent AS user_agent, f.day, f.operations, f.first_at, f.last_at
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    JOIN access_form AS x USING (access_id)
    JOIN repository_form AS r USING (repository_id)
    LEFT JOIN credential_form AS c USING (credential_id)
    LEFT JOIN address AS d USING (address_id)
    LEFT JOIN agent_form AS g USING (agent_id)
    WHERE f.day <= night AND f.operations > 0
),
way AS (
    SELECT identity, family, access_type, credential, ip, country, user_agent, bool_or(day >= night - 30) AS is_recent, sum(operations) AS operations
    FROM act
    WHERE day < night
    GROUP BY identity, family, access_type, credential, ip, country, user_agent
),
usual AS (
    SELECT * FROM way
    QUALIFY row_number() OVER (
        PARTITION BY identity, family
        ORDER BY is_recent DESC, operations DESC, access_type, credential, ip, country, user_agent
    ) = 1
),
facet AS (
    SELECT
        identity, family, min(identity_name) AS identity_name, bool_or(baseline.is_machine(family, kind, identity_name)) AS is_machine,
        count(DISTINCT day) FILTER (day >= night - 30 AND day < night) AS recent_days, max(day) FILTER (day < night) AS last_day,
        min(first_at) FILTER (day = night) AS tonight_at,
        list(DISTINCT repository ORDER BY repository) FILTER (NOT coalesce(is_public, false) AND day < night) AS known
    FROM act
    GROUP BY identity, family
),
hour AS (
    SELECT identity, family, median(hour(first_at)) AS usual_hour, greatest(1, median(hour(last_at)) - median(hour(first_at))) AS hours
    FROM act
    WHERE day < night
    GROUP BY identity, family
)
SELECT
    f.identity, f.identity_name, f.family, f.is_machine, f.recent_days, f.last_day, f.tonight_at, coalesce(f.known, []) AS known,
    h.usual_hour::INTEGER AS usual_hour, h.hours::INTEGER AS hours, u.access_type, u.credential, u.ip, u.country, u.user_agent
FROM facet AS f
JOIN usual AS u USING (identity, family)
JOIN hour AS h USING (identity, family)
WHERE f.last_day IS NOT NULL
ORDER BY f.identity, f.family;
