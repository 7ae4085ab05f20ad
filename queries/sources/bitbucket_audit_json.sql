-- Bitbucket Data Center's audit log of releases 7 and later, one JSON object a line.
--
-- records: json
-- recognised by: auditType, author, affectedObjects
-- says: changes of permissions, repositories, keys and people, kept as control events; archives and clones where it has any, by who and address
-- never says: clones and fetches as a rule, which are in the access log
-- source: Atlassian "View and configure the audit log", "Audit log integrations in Bitbucket", "Audit log events"
--
-- Reads the relation landed(record JSON).
WITH fields AS (
    SELECT record, from_json(record, '{
        "timestamp": "JSON", "auditType": "JSON", "author": "JSON", "affectedObjects": "JSON", "source": "VARCHAR", "method": "VARCHAR", "node": "VARCHAR"}') AS f
    FROM landed
),
detailed AS (
    SELECT
        *,
        from_json(f."auditType", '{"action": "VARCHAR", "actionI18nKey": "VARCHAR", "category": "VARCHAR", "area": "VARCHAR"}') AS t,
        from_json(f.author, '{"id": "VARCHAR", "name": "VARCHAR", "type": "VARCHAR", "uri": "VARCHAR"}') AS a,
        -- Seconds and nanoseconds, or a text in ISO 8601, as the release has it.
        coalesce(
            utc_time(TRY_CAST(json_extract_string(f.timestamp, '$.epochSecond') AS BIGINT)::VARCHAR || '.' || lpad(coalesce(TRY_CAST(json_extract_string(f.timestamp, '$.nano') AS BIGINT), 0)::VARCHAR, 9, '0')),
            utc_time(json_extract_string(f.timestamp, '$'))) AS occurred_at,
        list_filter(TRY_CAST(f."affectedObjects" AS JSON[]), lambda o: json_extract_string(o, '$.type') = 'REPOSITORY')[1] AS repository_object,
        list_filter(TRY_CAST(f."affectedObjects" AS JSON[]), lambda o: json_extract_string(o, '$.type') = 'PROJECT')[1] AS project_object
    FROM fields
),
meant AS (
    SELECT
        *, client_address(f.source) AS ip, lower(concat_ws(' ', t.action, t."actionI18nKey")) AS told,
        -- The name is what people see; the address of the profile ends in what they sign in with.
        lower(person_name(coalesce(decoded(nullif(regexp_extract(a.uri, '/users/([^/?#]+)$', 1), '')), CASE WHEN coalesce(a.id, '') NOT IN ('-1', '-2') THEN a.name END))) AS person,
        json_extract_string(project_object, '$.name') AS project,
        coalesce(
            nullif(regexp_replace(regexp_extract(json_extract_string(repository_object, '$.uri'), '/projects/[^/]+/repos/[^/?#]+'), '^/projects/([^/]+)/repos/(.+)$', '\1/\2'), ''),
            json_extract_string(repository_object, '$.name')) AS written_repository
    FROM detailed
),
named AS (
    SELECT
        *,
        repository_path(CASE WHEN contains(written_repository, '/') OR project IS NULL THEN written_repository ELSE project || '/' || written_repository END) AS repository,
        CASE
            WHEN regexp_matches(told, 'delet|remov|fail|schedul') THEN NULL
            WHEN regexp_matches(told, '\bclon(ed|e)\b|repositorycloned') THEN 'clone'
            WHEN regexp_matches(told, '\b(fetched|pulled)\b|repository(fetched|pulled)') THEN 'fetch'
            WHEN regexp_matches(told, 'archive downloaded|repository downloaded|archivedownloaded') THEN 'archive'
        END AS action
    FROM meant
)
SELECT
    CASE WHEN action IS NULL THEN 'control' ELSE 'event' END AS record_class,
    'bitbucket-audit:' || md5(record::VARCHAR) AS event_id,
    occurred_at,
    coalesce(said(t.action), 'unknown') AS native_action,
    coalesce(action, 'other') AS action,
    'reported' AS action_basis,
    'ok' AS outcome,
    http_identity('bitbucket', person, ip, 401) AS identity,
    CASE WHEN a.type = 'SERVICE' THEN 'bot' ELSE http_identity_kind(person, 401) END AS identity_kind,
    coalesce(a.name, person, '') AS identity_name,
    '' AS sso,
    coalesce(said(f.method), '') AS access_type,
    'unknown' AS credential_kind,
    'personal' AS family,
    NULL::VARCHAR AS credential,
    coalesce(repository, '') AS repository,
    coalesce(lower(coalesce(nullif(organisation(repository), ''), project)), '') AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    NULL::VARCHAR AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action IN ('clone', 'archive') THEN 'full' ELSE 'unknown' END AS scope,
    NULL::VARCHAR AS session_key,
    left(concat_ws(', ', json_extract_string(list_filter(TRY_CAST(f."affectedObjects" AS JSON[]), lambda o: json_extract_string(o, '$.type') NOT IN ('REPOSITORY', 'PROJECT'))[1], '$.name')), 512) AS affected,
    CASE
        WHEN t.action IS NULL THEN 'not a JSON object with auditType.action'
        WHEN occurred_at IS NULL THEN 'field timestamp: missing or not a time'
    END AS reason,
    record
FROM named
