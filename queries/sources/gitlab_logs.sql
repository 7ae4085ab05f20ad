-- GitLab's own log files: gitlab-shell.log, production_json.log, api_json.log, workhorse and gitaly.
--
-- records: text
-- reads: together
-- recognised by: ^\{.*"(meta\.project"|meta\.caller_id"|gl_project_path"|controller": ?"Repositories::GitHttp|grpc\.request\.glProjectPath"|controller": ?"Projects::|route": ?"/api/|correlation_id".*"written_bytes"|url": ?"[^"]*/api/v4/internal/)
-- says: who, key by number, address, repository; bytes and objects where workhorse and gitaly are read together with the rest
-- never says: clone apart from fetch
-- source: GitLab "Log system", Gitaly "pack-objects cache"; FORMATS 2.3
--
-- Lines of one act share a correlation id, wherever they stand: name all files in
-- one source. Shell and Rails know who and where, workhorse the bytes of HTTP, gitaly
-- the objects. Lines of text are ignored. Reads landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, number, n.source, md5(record) AS digest, from_json(CASE WHEN record[1] = '{' THEN TRY_CAST(record AS JSON) END, '{
        "time": "VARCHAR", "msg": "VARCHAR", "correlation_id": "VARCHAR", "command": "VARCHAR", "gl_project_path": "VARCHAR", "username": "VARCHAR", "remote_ip": "VARCHAR",
        "gl_key_type": "VARCHAR", "gl_key_id": "VARCHAR", "token_type": "VARCHAR", "token_id": "VARCHAR", "meta.user": "VARCHAR", "meta.project": "VARCHAR", "controller": "VARCHAR", "action": "VARCHAR", "method": "VARCHAR", "path": "VARCHAR", "uri": "VARCHAR",
        "status": "VARCHAR", "ua": "VARCHAR", "user_agent": "VARCHAR", "route": "VARCHAR", "params": "JSON", "written_bytes": "VARCHAR", "grpc.method": "VARCHAR", "grpc.code": "VARCHAR",
        "grpc.request.glProjectPath": "VARCHAR", "pack_objects.written_object_count": "VARCHAR", "pack_objects_cache.served_bytes": "VARCHAR", "pack_objects_cache.generated_bytes": "VARCHAR"}') AS f
    FROM landed CROSS JOIN landing_now AS n
),
told AS (
    SELECT
        *, said(f.correlation_id) AS correlation, record[1] = '{' AS is_json, f.time IS NOT NULL AS readable, utc_time(f.time) AS moment, coalesce(f.uri, f.path) AS target,
        request_path(f.uri) AS uri_path, request_path(f.path) AS rails_path, request_parameters(f.uri) AS parameters,
        -- A parameter of the internal API, by its key.
        gitlab_parameter(f.params, 'action') AS asked, gitlab_parameter(f.params, 'project') AS asked_project, gitlab_parameter(f.params, 'protocol') AS asked_by,
        gitlab_parameter(f.params, 'check_ip') AS asked_for, regexp_extract(gitlab_parameter(f.params, 'key_id'), '^\d+$') AS asked_key
    FROM parsed
),
resolved AS (
    SELECT *, resolved_kind(f.method, path, parameters) AS web_kind, gitlab_api_kind(f.method, path) AS api_kind, starts_with(path, '/api/') AS is_api
    FROM (SELECT *, coalesce(uri_path, rails_path) AS path FROM told)
),
kinds AS (
    SELECT *, CASE
        WHEN f.msg = 'executing git command' THEN 'shell'
        WHEN f.controller LIKE '%GitHttpController' THEN 'rails'
        WHEN f."grpc.method" IN ('PostUploadPack', 'PostUploadPackWithSidechannel', 'SSHUploadPack', 'SSHUploadPackWithSidechannel', 'PackObjectsHook', 'PackObjectsHookWithSidechannel', 'SSHReceivePack', 'PostReceivePack') THEN 'gitaly'
        WHEN asked IN ('git-upload-pack', 'git-receive-pack', 'git-upload-archive') THEN 'check'
        WHEN coalesce(f.controller, '') = '' AND coalesce(api_kind, CASE WHEN NOT is_api THEN web_kind END) IS NOT NULL THEN 'request'
        WHEN f.controller = 'Projects::RepositoriesController' AND f.action = 'archive' OR f.controller = 'Projects::RawController' OR f.controller = 'ProjectsController' AND f.action = 'download_export' THEN 'request'
    END AS kind
    FROM resolved
),
-- One log has one line of an act; of a correlation id that a client chose, and used again, each
-- is an act of its own (GitLab takes X-Request-Id from those that it is told to trust).
acts AS (
    SELECT *, coalesce(correlation || CASE WHEN place > 1 THEN ':' || place ELSE '' END, digest || number) AS act
    FROM (
        SELECT *, CASE WHEN kind IN ('shell', 'rails', 'request') THEN dense_rank() OVER (PARTITION BY correlation, kind, f.uri IS NOT NULL, f.route IS NOT NULL ORDER BY moment, digest) ELSE 1 END AS place
        FROM kinds
    )
),
together AS (
    SELECT
        act, count(*) FILTER (WHERE kind = 'gitaly') AS packs, count(*) FILTER (WHERE kind = 'shell' OR kind = 'check' AND asked_by IS DISTINCT FROM 'http') > 0 AS is_ssh, count(*) FILTER (WHERE kind IN ('rails', 'request')) > 0 AS is_http,
        min(moment) FILTER (WHERE kind IS NOT NULL) AS occurred_at, min(number) FILTER (WHERE kind IS NOT NULL) AS number,
        coalesce(max(f.command) FILTER (WHERE kind = 'shell'), max(asked) FILTER (WHERE kind = 'check')) AS command,
        coalesce(max(CASE WHEN kind = 'rails' THEN CASE f.action WHEN 'info_refs' THEN CASE WHEN f.params::VARCHAR LIKE '%git-receive-pack%' THEN 'open_push' ELSE 'open' END WHEN 'git_upload_pack' THEN 'fetch' WHEN 'git_receive_pack' THEN 'push' END END),
            max(CASE WHEN kind = 'request' THEN coalesce(api_kind, web_kind, CASE WHEN f.controller = 'Projects::RawController' THEN 'raw' ELSE 'archive' END) END),
            max(CASE WHEN f."grpc.method" LIKE '%ReceivePack%' THEN 'push' WHEN kind = 'gitaly' THEN 'fetch' END)) AS asked,
        coalesce(max(f.gl_project_path), max(f."grpc.request.glProjectPath"), max(said(f."meta.project")) FILTER (WHERE kind IN ('rails', 'check', 'request')),
            -- A hook asks by the path on the disk, which names no project.
            max(asked_project) FILTER (WHERE NOT regexp_matches(asked_project, '@(hashed|pools)/|^/(.*/)?(repositories|git-data)/')),
            max(path_repository(path, parameters)) FILTER (WHERE NOT is_api AND kind IN ('rails', 'request')),
            max(gitlab_api_project(target)) FILTER (WHERE kind = 'request')) AS written_repository,
        lower(person_name(coalesce(max(f.username) FILTER (WHERE kind IN ('shell', 'rails', 'check', 'request')), max(f."meta.user") FILTER (WHERE kind IN ('rails', 'check', 'request')), max(f.username) FILTER (WHERE kind = 'gitaly')))) AS person,
        -- The address of a check is gitlab-shell's own.
        coalesce(max(f.remote_ip) FILTER (WHERE kind = 'shell'), max(f.remote_ip) FILTER (WHERE kind IN ('rails', 'request')), max(said(asked_for)) FILTER (WHERE kind = 'check'), max(f.remote_ip) FILTER (WHERE kind = 'gitaly')) AS written_ip,
        -- Key 0 is none: a session by an SSH certificate has no key.
        max(f.gl_key_type) AS key_type, nullif(said(coalesce(max(f.gl_key_id), max(asked_key) FILTER (WHERE kind = 'check'))), '0') AS key, said(coalesce(max(f.ua) FILTER (WHERE kind IN ('rails', 'request')), max(f.user_agent) FILTER (WHERE kind = 'request'))) AS agent,
        lower(max(f.token_type) FILTER (WHERE kind IN ('rails', 'request'))) AS token_type, nullif(said(max(f.token_id) FILTER (WHERE kind IN ('rails', 'request'))), '0') AS token,
        max(TRY_CAST(f.status AS INTEGER)) FILTER (WHERE kind IN ('rails', 'request', 'check')) AS status, max(f."grpc.code") FILTER (WHERE kind = 'gitaly' AND f."grpc.code" <> 'OK') AS failed,
        coalesce(max(TRY_CAST(f.written_bytes AS BIGINT)), sum(TRY_CAST(coalesce(f."pack_objects_cache.served_bytes", f."pack_objects_cache.generated_bytes") AS BIGINT))) AS bytes,
        sum(TRY_CAST(f."pack_objects.written_object_count" AS BIGINT)) AS objects,
        count(*) FILTER (WHERE f."grpc.method" LIKE 'PackObjectsHook%') AS packed
    FROM acts GROUP BY act
),
meant AS (
    SELECT
        *, repository_path(written_repository) AS repository, client_address(written_ip) AS ip,
        CASE
            WHEN command = 'git-receive-pack' OR asked IN ('push', 'open_push') THEN 'push'
            WHEN command = 'git-upload-archive' OR asked = 'archive' THEN 'archive'
            WHEN asked = 'open' OR (packs > 0 AND packed = 0) THEN 'ls_refs'
            WHEN asked = 'raw' THEN 'api_read'
            WHEN asked = 'odd' THEN 'other'
            ELSE 'read'
        END AS action,
        CASE WHEN key_type = 'deploy_key' THEN 'deploy_key' WHEN person LIKE 'gitlab+deploy-token%' THEN 'deploy_token' WHEN is_gitlab_bot(person) THEN 'bot' END AS special
    FROM together
)
SELECT
    CASE
        WHEN k.is_json AND NOT k.readable THEN 'event'
        WHEN k.number <> m.number OR m.number IS NULL OR (m.asked = 'open_push' AND coalesce(m.status, 200) < 400) OR (m.status = 401 AND m.person IS NULL AND NOT m.is_ssh) OR (m.status IN (301, 302, 303, 307, 308) AND m.asked = 'open') THEN 'ignored'
        ELSE 'event'
    END AS record_class,
    -- An act that was read before all its lines were there may mean more the next time.
    concat_ws(':', 'gitlab', coalesce(CASE WHEN k.correlation IS NOT NULL THEN k.act END, k.source || ':' || k.digest), m.action) AS event_id,
    m.occurred_at,
    coalesce(m.command, CASE m.asked WHEN 'open' THEN 'info_refs' WHEN 'fetch' THEN 'git_upload_pack: clone or fetch' WHEN 'push' THEN 'git_receive_pack' ELSE m.asked END, 'unknown') AS native_action,
    m.action,
    CASE WHEN m.action = 'read' OR (m.action = 'ls_refs' AND coalesce(m.asked, '') <> 'open') THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN m.failed = 'PermissionDenied' THEN 'denied' WHEN m.failed = 'NotFound' THEN 'not_found' WHEN m.failed IS NOT NULL THEN 'error' ELSE http_outcome(coalesce(m.status, 200)) END AS outcome,
    'gitlab:' || CASE
        WHEN m.special = 'deploy_key' THEN 'deploy_key:' || coalesce(m.key, m.person, '')
        WHEN m.special = 'deploy_token' THEN 'deploy_token:' || m.person
        -- Without a name it may be nobody, a deploy token or a job: the log does not say.
        ELSE coalesce(issued_name(m.person), concat_ws(':', 'unknown', m.ip))
    END AS identity,
    coalesce(m.special, CASE WHEN m.person IS NOT NULL THEN 'human' ELSE 'unknown' END) AS identity_kind,
    coalesce(m.person, '') AS identity_name,
    '' AS sso,
    coalesce(CASE WHEN m.is_ssh THEN coalesce(nullif(m.key_type, ''), 'ssh') END, m.token_type, '') AS access_type,
    coalesce(nullif(m.special, 'bot'), CASE WHEN m.is_ssh THEN 'ssh_key' WHEN m.token_type = 'personalaccesstoken' THEN 'pat' WHEN m.token_type = 'deploytoken' THEN 'deploy_token' WHEN m.token_type LIKE 'oauth%' THEN 'oauth' ELSE 'unknown' END) AS credential_kind,
    CASE WHEN m.special IN ('deploy_key', 'deploy_token') THEN m.special ELSE 'personal' END AS family,
    coalesce('key:' || m.key, 'token:' || m.token) AS credential,
    coalesce(m.repository, '') AS repository,
    organisation(coalesce(m.repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    m.ip,
    NULL::VARCHAR AS country,
    m.agent AS user_agent,
    CASE WHEN m.is_ssh THEN 'ssh' WHEN m.is_http THEN 'http' END AS protocol,
    m.bytes AS bytes_out,
    NULL::BIGINT AS bytes_in,
    m.objects,
    CASE m.action WHEN 'ls_refs' THEN 'none' WHEN 'archive' THEN 'full' ELSE 'unknown' END AS scope,
    CASE WHEN m.is_ssh THEN 'op:gitlab:' || k.correlation ELSE k.correlation END AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN k.is_json AND NOT k.readable THEN 'not JSON, or field time: missing'
        WHEN k.number <> m.number OR m.number IS NULL THEN NULL
        WHEN m.occurred_at IS NULL THEN 'field time: not a time'
        WHEN coalesce(m.status, 200) >= 400 THEN NULL
        WHEN m.asked = 'odd' THEN 'uri: asks for a service of git in a way that is not understood'
    END AS reason,
    k.record
FROM acts AS k
LEFT JOIN meant AS m ON m.act = k.act
