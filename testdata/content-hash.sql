-- What a database holds, as one line a table: rows, and two sums of digests of the rows.
--
-- Two databases hold the same when every line is the same. Ids, which are given
-- in order of arrival, and the names of the files that records came in, are left
-- out: they differ with the way that the same records were delivered. The sums
-- do not depend on the order of rows.
-- Run it on a database that no run has open:
--   midwatch --config c.yaml sql --format csv < testdata/content-hash.sql
-- with a configuration whose `snapshot` names the database.
WITH content AS (
    SELECT 'event' AS name, t::VARCHAR AS line FROM (SELECT * EXCLUDE (landing, collected_at) FROM event) AS t
    UNION ALL SELECT 'event_fact', t::VARCHAR FROM (SELECT event_id, occurred_at FROM event_fact) AS t
    UNION ALL SELECT 'control_event', t::VARCHAR FROM (SELECT * EXCLUDE (landing_id) FROM control_event) AS t
    UNION ALL SELECT 'quarantine', t::VARCHAR FROM (SELECT record_digest, reason, record FROM quarantine) AS t
    UNION ALL SELECT 'access', t::VARCHAR FROM (FROM access) AS t
    UNION ALL SELECT 'access_day', t::VARCHAR FROM (SELECT day, records, operations, first_at, last_at FROM access_day) AS t
    UNION ALL SELECT 'source_hour', t::VARCHAR FROM (
        SELECT name, hour_at, sum(records) AS records, sum(with_address) AS with_address, sum(with_credential) AS with_credential
        FROM source_hour JOIN source USING (source_id) GROUP BY ALL
    ) AS t
    UNION ALL SELECT 'rolled_day', t::VARCHAR FROM (FROM rolled_day) AS t
    UNION ALL SELECT 'stale_day', t::VARCHAR FROM (SELECT DISTINCT day FROM stale_day) AS t
    UNION ALL SELECT 'gap', t::VARCHAR FROM (SELECT from_at, until_at, reason FROM gap) AS t
    UNION ALL SELECT 'identity', t::VARCHAR FROM (SELECT * EXCLUDE (identity_id) FROM identity_form) AS t
    UNION ALL SELECT 'repository', t::VARCHAR FROM (SELECT * EXCLUDE (repository_id) FROM repository_form) AS t
    UNION ALL SELECT 'credential', t::VARCHAR FROM (SELECT * EXCLUDE (credential_id) FROM credential_form) AS t
    UNION ALL SELECT 'access_form', t::VARCHAR FROM (SELECT * EXCLUDE (access_id) FROM access_form) AS t
    UNION ALL SELECT 'address', t::VARCHAR FROM (SELECT * EXCLUDE (address_id) FROM address) AS t
    UNION ALL SELECT 'agent', t::VARCHAR FROM (SELECT * EXCLUDE (agent_id) FROM agent_form) AS t
)
SELECT
    name, count(*) AS "rows",
    sum(md5_number_lower(line)::HUGEINT)::VARCHAR AS low, sum(md5_number_upper(line)::HUGEINT)::VARCHAR AS high
FROM content
GROUP BY name
ORDER BY name;
