-- GitLab audit events of type repository_git_operation, as streamed to a destination.
--
-- records: json
-- recognised by: event_type, entity_path, author_id
-- says: who by display name, address, repository, read or written; newer releases also clone, key and bytes
-- never says: anonymous clones, web page views, operations before streaming began or while the destination was down
-- source: GitLab "Audit event streaming", "Audit event types"; FORMATS 2.1
--
-- The numbers of deploy keys (-3), deploy tokens (-2) and people who did not sign
-- in (-1) are the same for all of them, so the class and the name tell who it is.
-- Control events (other types) are kept beside. Reads the relation landed(record JSON).
WITH fields AS (
    SELECT record, from_json(record, '{
        "id": "VARCHAR", "author_id": "VARCHAR", "author_name": "VARCHAR", "entity_path": "VARCHAR", "entity_type": "VARCHAR", "ip_address": "VARCHAR",
        "created_at": "VARCHAR", "event_type": "VARCHAR", "target_details": "VARCHAR", "details": "VARCHAR"}') AS f
    FROM landed
),
detailed AS (
    SELECT
        *,
        from_json(TRY_CAST(f.details AS JSON), '{"author_class": "VARCHAR", "author_name": "VARCHAR", "ip_address": "VARCHAR", "entity_path": "VARCHAR", "custom_message": "VARCHAR"}') AS d
    FROM fields
),
named AS (
    SELECT
        record, said(f.id) AS id, f.event_type, utc_time(f.created_at) AS occurred_at, f.created_at,
        from_json(CASE WHEN d.custom_message[1] = '{' THEN TRY_CAST(d.custom_message AS JSON) END, '{
            "protocol": "VARCHAR", "action": "VARCHAR", "verb": "VARCHAR", "gl_key_id": "VARCHAR", "gl_key_type": "VARCHAR",
            "written_bytes": "BIGINT", "received_bytes": "BIGINT"}') AS m,
        d.custom_message AS message, person_name(coalesce(f.author_name, d.author_name)) AS person, f.author_id,
        CASE
            WHEN f.author_id = '-3' OR d.author_class ILIKE '%deploykey%' THEN 'deploy_key'
            WHEN f.author_id = '-2' OR d.author_class ILIKE '%deploytoken%' THEN 'deploy_token'
            WHEN f.author_id = '-1' OR d.author_class ILIKE '%unauthenticated%' THEN 'anonymous'
            WHEN d.author_class ILIKE '%bot%' OR is_gitlab_bot(lower(coalesce(f.author_name, d.author_name))) THEN 'bot'
            ELSE 'human'
        END AS kind,
        repository_path(coalesce(said(f.entity_path), d.entity_path)) AS path, f.entity_type,
        client_address(coalesce(said(f.ip_address), d.ip_address)) AS ip, f.target_details
    FROM detailed
),
meant AS (
    SELECT
        *,
        CASE WHEN event_type = 'repository_git_operation' THEN CASE
            WHEN m.verb = 'clone' THEN 'clone'
            WHEN m.verb IN ('pull', 'fetch') THEN 'fetch'
            WHEN m.verb = 'push' OR m.action = 'git-receive-pack' THEN 'push'
            -- The Download button's events have a text for a message (GitLab, "Audit event streaming", examples).
            WHEN m.protocol = 'web' OR message ILIKE '%download%' OR message ILIKE '%export%' THEN 'archive'
            WHEN m.action = 'git-upload-archive' THEN 'archive'
            WHEN m.action = 'git-upload-pack' THEN 'read'
            ELSE 'other'
        END END AS action,
        CASE
            WHEN kind IN ('deploy_key', 'deploy_token') THEN kind
            WHEN kind = 'anonymous' THEN 'none'
            WHEN m.protocol = 'ssh' OR m.gl_key_type = 'key' THEN 'ssh_key'
            ELSE 'unknown'
        END AS credential_kind
    FROM named
)
SELECT
    CASE WHEN action IS NULL THEN 'control' ELSE 'event' END AS record_class,
    -- The documentation's own examples have one id for several events.
    'gitlab:' || coalesce(id || ':', '') || md5(concat_ws('|', created_at, event_type, person, path, m.action, m.verb, ip, CASE WHEN id IS NULL THEN record::VARCHAR END)) AS event_id,
    occurred_at,
    coalesce(m.verb, m.action, m.protocol, CASE WHEN event_type = 'repository_git_operation' AND message[1] <> '{' THEN left(message, 100) END, event_type, 'unknown') AS native_action,
    coalesce(action, 'other') AS action,
    CASE WHEN action = 'read' THEN 'inferred' ELSE 'reported' END AS action_basis,
    'ok' AS outcome,
    'gitlab:' || CASE
        WHEN kind = 'anonymous' THEN 'anonymous'
        WHEN kind IN ('deploy_key', 'deploy_token') THEN kind || ':' || lower(coalesce(person, m.gl_key_id, path, ''))
        ELSE lower(coalesce(issued_name(lower(person)), 'unknown:' || ip, 'unknown'))
    END AS identity,
    CASE WHEN kind = 'human' AND person IS NULL THEN 'unknown' ELSE kind END AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    CASE kind WHEN 'deploy_key' THEN 'deploy key' WHEN 'deploy_token' THEN 'deploy token' ELSE coalesce(m.gl_key_type, '') END AS access_type,
    credential_kind,
    CASE WHEN kind = 'anonymous' THEN 'anonymous' ELSE access_family(credential_kind) END AS family,
    'key:' || nullif(said(m.gl_key_id), '0') AS credential,
    coalesce(CASE WHEN action IS NOT NULL OR entity_type = 'Project' THEN path END, '') AS repository,
    coalesce(CASE WHEN contains(path, '/') THEN split_part(path, '/', 1) ELSE path END, '') AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    lower(m.protocol) AS protocol,
    m.written_bytes AS bytes_out,
    m.received_bytes AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action = 'archive' THEN 'full' WHEN action = 'fetch' THEN 'incremental' ELSE 'unknown' END AS scope,
    NULL::VARCHAR AS session_key,
    target_details AS affected,
    CASE
        WHEN record IS NULL THEN 'not JSON'
        WHEN event_type IS NULL THEN 'field event_type: missing'
        WHEN occurred_at IS NULL THEN 'field created_at: missing or not a time'
        WHEN action = 'other' THEN 'field custom_message.action: missing or unknown'
    END AS reason,
    record
FROM meant
