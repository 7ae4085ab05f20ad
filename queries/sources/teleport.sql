-- Teleport audit events: git.command and git.access of the proxy before a git host.
--
-- records: json
-- recognised by: event, code, uid
-- says: who by Teleport user, repository path, service, address; that it failed
-- never says: the repository of a git.access, clone apart from fetch, bytes, what goes to the host past the proxy
-- source: Teleport "Git Audit Events" (git.command, git.access); FORMATS 4
--
-- A git.access opens git over HTTPS for an organisation and names no repository; it is
-- a read of its user's all the same. Other events are ignored but for those of joining
-- and locking, which are control.
-- Reads the relation landed(record JSON).
WITH fields AS (
    SELECT record, from_json(record, '{
        "event": "VARCHAR", "uid": "VARCHAR", "time": "VARCHAR", "user": "VARCHAR", "user_kind": "VARCHAR", "service": "VARCHAR", "path": "VARCHAR", "code": "VARCHAR",
        "addr.remote": "VARCHAR", "exitCode": "VARCHAR", "exitError": "VARCHAR", "git_service_type": "VARCHAR", "git_organization": "VARCHAR", "git_session_id": "VARCHAR", "git_protocol": "VARCHAR", "sid": "VARCHAR", "login": "VARCHAR", "cluster_name": "VARCHAR"}') AS f
    FROM landed
),
meant AS (
    SELECT
        *, utc_time(f.time) AS occurred_at, coalesce(f.event IN ('git.command', 'git.access'), false) AS is_git, lower(person_name(f."user")) AS person, repository_path(f.path) AS repository,
        CASE coalesce(f.service, f.event) WHEN 'git.access' THEN 'read' WHEN 'git-upload-pack' THEN 'read' WHEN 'git-receive-pack' THEN 'push' WHEN 'git-upload-archive' THEN 'archive' ELSE 'other' END AS action
    FROM fields
)
SELECT
    CASE WHEN is_git OR f.event IS NULL THEN 'event' WHEN regexp_matches(f.event, '^(user\.(create|update|delete)|role\.|lock\.|git_server\.|github\.|git\.)') THEN 'control' ELSE 'ignored' END AS record_class,
    'teleport:' || coalesce(said(f.uid), md5(record::VARCHAR)) AS event_id,
    occurred_at,
    coalesce(f.service, f.event) AS native_action,
    action,
    CASE WHEN action = 'read' THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN coalesce(f.exitCode, '0') = '0' AND coalesce(f.code, '') NOT LIKE '%W' AND said(f.exitError) IS NULL THEN 'ok' WHEN f.exitError ILIKE '%denied%' THEN 'denied' ELSE 'error' END AS outcome,
    'teleport:' || coalesce(issued_name(person), concat_ws(':', 'unknown', client_address(f."addr.remote"))) AS identity,
    CASE WHEN f.user_kind = '2' OR starts_with(person, 'bot-') THEN 'bot' WHEN person IS NULL THEN 'unknown' ELSE 'human' END AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    coalesce(f.git_service_type, '') AS access_type,
    CASE WHEN f.event = 'git.access' THEN 'unknown' ELSE 'ssh_key' END AS credential_kind,
    'personal' AS family,
    NULL::VARCHAR AS credential,
    coalesce(repository, '') AS repository,
    coalesce(nullif(organisation(coalesce(repository, '')), ''), lower(f.git_organization), '') AS org,
    NULL::BOOLEAN AS is_public,
    client_address(f."addr.remote") AS ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    CASE WHEN f.git_protocol = 'https' OR f.git_protocol IS NULL AND f.event = 'git.access' THEN 'http' ELSE 'ssh' END AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action = 'archive' THEN 'full' ELSE 'unknown' END AS scope,
    'op:teleport:' || coalesce(said(f.git_session_id), said(f.uid)) AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN record IS NULL THEN 'not JSON'
        WHEN f.event IS NULL THEN 'field event: missing'
        WHEN NOT is_git THEN NULL
        WHEN occurred_at IS NULL THEN 'field time: missing or not a time'
    END AS reason,
    record
FROM meant
