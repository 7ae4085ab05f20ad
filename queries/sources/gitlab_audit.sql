-- GitLab's audit_json.log: what its audit events say on the server's own disk.
--
-- records: json
-- recognised by: severity, author_id, entity_type
-- rather than: gitlab_stream, gitlab_logs
-- says: archives and exports that were downloaded in the browser, by display name, address; changes of permissions, keys and projects as control events
-- never says: clones and fetches (gitlab_logs and gitlab_stream have them)
-- source: GitLab "Log system" (audit_json.log), "Audit event types" (repository_download_operation, project_export_created)
--
-- Reads the relation landed(record JSON).
WITH fields AS (
    SELECT record, from_json(record, '{
        "time": "VARCHAR", "created_at": "VARCHAR", "author_id": "VARCHAR", "author_name": "VARCHAR", "author_class": "VARCHAR", "entity_type": "VARCHAR", "entity_path": "VARCHAR",
        "target_type": "VARCHAR", "target_details": "VARCHAR", "custom_message": "VARCHAR", "event_name": "VARCHAR", "event_type": "VARCHAR", "ip_address": "VARCHAR", "change": "VARCHAR",
        "add": "VARCHAR", "remove": "VARCHAR", "action": "VARCHAR", "correlation_id": "VARCHAR"}') AS f
    FROM landed
),
meant AS (
    SELECT
        *, coalesce(utc_time(f.time), utc_time(f.created_at)) AS occurred_at, person_name(f.author_name) AS person, client_address(f.ip_address) AS ip,
        lower(concat_ws(' ', f.event_name, f.event_type, f.custom_message, f.action)) AS told,
        repository_path(coalesce(CASE WHEN f.entity_type = 'Project' THEN said(f.entity_path) END, CASE WHEN f.target_type = 'Project' THEN f.target_details END)) AS repository,
        CASE
            WHEN f.author_id = '-3' OR f.author_class ILIKE '%deploykey%' THEN 'deploy_key'
            WHEN f.author_id = '-2' OR f.author_class ILIKE '%deploytoken%' THEN 'deploy_token'
            WHEN f.author_id = '-1' OR f.author_class ILIKE '%unauthenticated%' THEN 'anonymous'
            WHEN f.author_class ILIKE '%bot%' OR is_gitlab_bot(lower(f.author_name)) THEN 'bot'
            WHEN person_name(f.author_name) IS NULL THEN 'unknown'
            ELSE 'human'
        END AS kind
    FROM fields
),
acted AS (
    SELECT *, CASE
        WHEN regexp_matches(told, 'git-receive-pack|"push"') THEN 'push'
        WHEN regexp_matches(told, 'git-upload-pack|repository_git_operation') THEN 'read'
        WHEN regexp_matches(told, 'repository[ _]download|export file download|project_export|file download started|git-upload-archive') AND NOT regexp_matches(told, 'remove|delete|expire|fail') THEN 'archive'
    END AS action FROM meant
)
SELECT
    CASE WHEN action IS NULL THEN 'control' ELSE 'event' END AS record_class,
    'gitlab-audit:' || md5(record::VARCHAR) AS event_id,
    occurred_at,
    coalesce(said(f.event_name), said(f.event_type), left(said(f.custom_message), 100), 'change ' || said(f.change), 'add ' || said(f."add"), 'remove ' || said(f."remove"), 'unknown') AS native_action,
    coalesce(action, 'other') AS action,
    CASE WHEN action = 'read' THEN 'inferred' ELSE 'reported' END AS action_basis,
    'ok' AS outcome,
    'gitlab:' || CASE
        WHEN kind = 'anonymous' THEN 'anonymous'
        WHEN kind IN ('deploy_key', 'deploy_token') THEN kind || ':' || lower(coalesce(person, repository, ''))
        ELSE lower(coalesce(issued_name(lower(person)), 'unknown:' || ip, 'unknown'))
    END AS identity,
    kind AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    '' AS access_type,
    CASE WHEN kind IN ('deploy_key', 'deploy_token') THEN kind WHEN kind = 'anonymous' THEN 'none' ELSE 'unknown' END AS credential_kind,
    CASE WHEN kind = 'anonymous' THEN 'anonymous' WHEN kind IN ('deploy_key', 'deploy_token') THEN kind ELSE 'personal' END AS family,
    NULL::VARCHAR AS credential,
    coalesce(repository, '') AS repository,
    coalesce(lower(split_part(coalesce(repository, CASE WHEN f.entity_type = 'Group' THEN f.entity_path END), '/', 1)), '') AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    CASE WHEN action = 'archive' THEN 'web' END AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action = 'archive' THEN 'full' ELSE 'unknown' END AS scope,
    NULL::VARCHAR AS session_key,
    left(said(f.target_details), 512) AS affected,
    CASE
        WHEN f.author_id IS NULL OR f.entity_type IS NULL THEN 'not a JSON object with author_id and entity_type'
        WHEN occurred_at IS NULL THEN 'field time: missing or not a time'
    END AS reason,
    record
FROM acted
