-- What the market's rules look at: the nightly reduction with single addresses.
CREATE OR REPLACE MACRO market.read_day(until_day DATE) AS TABLE
SELECT
    i.name AS identity_name, f.day, r.repository, f.is_public, f.copies, f.records, d.ip, coalesce(nullif(f.country, ''), d.network_country) AS country,
    g.agent AS user_agent, c.credential
FROM access_day AS f
JOIN identity_form AS i USING (identity_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN credential_form AS c USING (credential_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN agent_form AS g USING (agent_id)
WHERE f.day <= until_day;
