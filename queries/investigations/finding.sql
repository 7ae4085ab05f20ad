-- The rows behind a finding: what its identity did on each of its nights.
--
-- question: Q2b What is behind this finding?
-- command: investigate finding ID
-- short: Everything behind a finding
-- example: investigate finding mw-20260722-1a2b3c4d
-- subject: finding
-- arguments: finding_id as findings.csv has it
CREATE OR REPLACE MACRO investigate.finding (subject VARCHAR) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'finding')),
night AS (SELECT DISTINCT night, identity, family FROM finding_listed WHERE finding_id = (SELECT resolved FROM asked)),
-- By ids first: names are looked up for what is left.
own AS (SELECT identity_id FROM identity_form WHERE identity IN (SELECT identity FROM finding_listed WHERE finding_id = (SELECT resolved FROM asked))),
done AS (
    SELECT f.*, i.identity, a.family, a.access_type, r.repository
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    JOIN access_form AS a USING (access_id)
    JOIN repository_form AS r USING (repository_id)
    WHERE f.identity_id IN (FROM own)
),
first AS (SELECT identity, family, repository, min(day) AS first_day FROM done GROUP BY ALL)
SELECT
    d.day AS night, d.repository, d.first_at, d.last_at, d.operations, d.copies AS full_copies, d.pushes, d.denied,
    investigate.copy_kind(d.operations, d.copies, d.pushes, d.denied) AS copy_kind, f.first_day = d.day AS new_to_it,
    l.network, l.asn, coalesce(nullif(d.country, ''), l.network_country) AS country, g.agent AS user_agent, d.access_type, c.credential
FROM done AS d
JOIN night AS n ON n.night = d.day AND n.identity = d.identity AND n.family = d.family
JOIN first AS f ON f.identity = d.identity AND f.family = d.family AND f.repository = d.repository
LEFT JOIN credential_form AS c USING (credential_id)
LEFT JOIN address AS l USING (address_id)
LEFT JOIN agent_form AS g USING (agent_id)
ORDER BY night DESC, first_at, d.repository, network, user_agent, credential, d.access_type, country;
