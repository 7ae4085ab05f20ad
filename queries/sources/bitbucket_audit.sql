-- Bitbucket Data Center's classic audit log, atlassian-bitbucket-audit.log.
--
-- records: text
-- recognised by: ^\S+ \| \w+Event \| [^|]+ \| \d{13} \| 
-- says: changes of permissions, repositories, keys and people, kept as control events
-- never says: clones and fetches, which are in the access log
-- source: Atlassian "Audit log file"; FORMATS 3.1
--
-- Reads the relation landed(record VARCHAR, number BIGINT).
WITH cut AS (
    SELECT
        record, number, n.source,
        regexp_extract(record, '^(\S+) \| (\w+) \| (\S+) \| (\d+) \| (\S+) \| (.*?) \| (\S+) \| (\S+)\s*$', ['chain', 'event', 'person', 'time', 'entity', 'detail', 'id', 'session']) AS f
    FROM landed
    CROSS JOIN landing_now AS n
)
SELECT
    CASE WHEN trim(coalesce(record, '')) = '' THEN 'ignored' ELSE 'control' END AS record_class,
    concat_ws(':', 'bitbucket-audit', source, md5(record), row_number() OVER (PARTITION BY record ORDER BY number)) AS event_id,
    utc_time(nullif(f.time, '')) AS occurred_at,
    f.event AS native_action,
    'other' AS action,
    'reported' AS action_basis,
    'ok' AS outcome,
    http_identity('bitbucket', lower(person_name(f.person)), client_address(f.chain), 401) AS identity,
    http_identity_kind(person_name(f.person), 401) AS identity_kind,
    coalesce(lower(person_name(f.person)), '') AS identity_name,
    '' AS sso,
    '' AS access_type,
    'none' AS credential_kind,
    'personal' AS family,
    NULL::VARCHAR AS credential,
    coalesce(CASE WHEN contains(f.entity, '/') THEN repository_path(f.entity) END, '') AS repository,
    coalesce(lower(split_part(said(f.entity), '/', 1)), '') AS org,
    NULL::BOOLEAN AS is_public,
    client_address(f.chain) AS ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    NULL::VARCHAR AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    'unknown' AS scope,
    NULL::VARCHAR AS session_key,
    left(said(f.detail), 512) AS affected,
    CASE WHEN f.event = '' AND trim(record) <> '' THEN 'not a line of a Bitbucket audit log' WHEN utc_time(nullif(f.time, '')) IS NULL AND f.event <> '' THEN 'time: not one in milliseconds' END AS reason,
    record
FROM cut
