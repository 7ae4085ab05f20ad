-- Git's Trace2 events of the server's own processes (git-http-backend, forced commands).
--
-- records: json
-- reads: whole
-- recognised by: sid, event, thread
-- says: objects sent; from git 2.43 on and in protocol v2 clone, fetch, shallow and partial; who, from where and what as far as GIT_TRACE2_ENV_VARS names it
-- never says: bytes, a missing or refused repository, credential
-- source: git "api-trace2", trace2.envVars; FORMATS 5.1
--
-- One event a tree of processes, which share the beginning of their sid. Wants
-- REMOTE_USER, REMOTE_ADDR, PATH_INFO, HTTP_USER_AGENT (HTTP) or GL_USER, GL_REPO,
-- SSH_CONNECTION (gitolite) in trace2.envVars. Reads landed(record JSON).
WITH fields AS (
    SELECT record, from_json(record, '{
        "sid": "VARCHAR", "event": "VARCHAR", "time": "VARCHAR", "key": "VARCHAR", "value": "VARCHAR", "param": "VARCHAR", "argv": "VARCHAR"}') AS f
    FROM landed
),
line AS (
    SELECT record, f, split_part(f.sid, '/', 1) AS tree, row_number() OVER (PARTITION BY split_part(f.sid, '/', 1) ORDER BY f.time, f.sid, record::VARCHAR) AS place,
        CASE WHEN f.event = 'def_param' THEN f.param END AS param,
        CASE WHEN f.event = 'def_param' AND f.param = 'PATH_INFO' THEN without_served_folder(path_repository(resolved_path(f.value), NULL::VARCHAR[])) END AS backend_repository,
        -- Only what runs here: the arguments of children may be those of another machine.
        CASE WHEN f.event = 'start' THEN f.argv END AS command,
        CASE WHEN f.key = 'fetch-info' THEN from_json(TRY_CAST(f.value AS JSON), '{"haves": "BIGINT", "depth": "BIGINT", "shallows": "BIGINT", "filter": "VARCHAR"}') END AS info
    FROM fields
),
told AS (
    SELECT
        -- trace2.eventBrief leaves the time out; the sid begins with it.
        tree, coalesce(min(utc_time(f.time)), try_strptime(left(tree, 23), '%Y%m%dT%H%M%S.%fZ')) AS occurred_at,
        lower(person_name(coalesce(max(f.value) FILTER (WHERE param = 'REMOTE_USER'), max(f.value) FILTER (WHERE param = 'GL_USER')))) AS person,
        max(f.value) FILTER (WHERE param = 'GL_USER') IS NOT NULL AS is_gitolite,
        client_address(coalesce(max(f.value) FILTER (WHERE param = 'REMOTE_ADDR'), split_part(max(f.value) FILTER (WHERE param = 'SSH_CONNECTION'), ' ', 1))) AS ip,
        said(max(f.value) FILTER (WHERE param = 'HTTP_USER_AGENT')) AS agent,
        max(f.value) FILTER (WHERE param = 'PATH_INFO') AS path_info,
        coalesce(
            repository_path(max(f.value) FILTER (WHERE param = 'GL_REPO')),
            max(backend_repository),
            repository_path(max(nullif(regexp_extract(command, '(?:upload-pack|receive-pack|upload-archive)(?:","--[^"]*)*(?:","| '')([^"'']+)', 1), '.')))
        ) AS repository,
        max(regexp_extract(command, '\b(upload-pack|receive-pack|upload-archive)\b', 1)) AS verb,
        bool_or(command LIKE '%--http-backend-info-refs%' OR command LIKE '%--advertise-refs%') AS is_opening,
        bool_or(command LIKE '%"pack-objects"%') AS is_packed,
        bool_or(command LIKE '%"pack-objects"%--filter=%') AS is_partial,
        bool_or(command LIKE '%--shallow-file%"pack-objects"%') AS is_shallow,
        sum(TRY_CAST(f.value AS BIGINT)) FILTER (WHERE f.key = 'write_pack_file/wrote') AS objects,
        max(info.haves) AS haves, max(info.depth) AS depth, max(info.shallows) AS shallows, max(info.filter) AS filter
    FROM line
    GROUP BY tree
),
opened AS (
    SELECT
        *,
        CASE WHEN path_info IS NOT NULL THEN last_value(CASE WHEN is_opening THEN tree END IGNORE NULLS) OVER (PARTITION BY person, ip, repository, agent ORDER BY occurred_at, tree) END AS opening
    FROM told
),
meant AS (
    SELECT *, 'op:' || CASE WHEN path_info IS NULL THEN tree ELSE opening END AS session_key, CASE
        -- What a partial clone fetches later names nothing it has either, but lists no references before.
        WHEN haves = 0 AND filter IS NOT NULL AND opening IS NOT NULL AND row_number() OVER (PARTITION BY opening, is_opening ORDER BY occurred_at, tree) = 1 THEN 'fetch'
        WHEN verb = 'receive-pack' THEN CASE WHEN is_opening THEN 'opening' ELSE 'push' END
        WHEN verb = 'upload-archive' THEN 'archive'
        WHEN haves = 0 AND shallows = 0 THEN 'clone'
        WHEN haves IS NOT NULL THEN 'fetch'
        WHEN is_packed THEN 'read'
        WHEN verb = 'upload-pack' THEN 'ls_refs'
    END AS action
    FROM opened
)
SELECT
    CASE
        WHEN l.record IS NULL OR l.f.sid IS NULL THEN 'event'
        WHEN l.place = 1 AND m.action <> 'opening' THEN 'event'
        ELSE 'ignored'
    END AS record_class,
    -- A tree that was read before its end may mean more the next time: then that is an event too.
    concat_ws(':', 'trace2', m.tree, m.action) AS event_id,
    m.occurred_at,
    'git ' || m.verb AS native_action,
    m.action,
    CASE WHEN m.action = 'read' THEN 'inferred' ELSE 'reported' END AS action_basis,
    'ok' AS outcome,
    CASE WHEN m.is_gitolite THEN 'gitolite:' WHEN m.path_info IS NULL THEN 'ssh:' ELSE 'http:' END || coalesce(issued_name(m.person), concat_ws(':', 'unknown', m.ip)) AS identity,
    -- Without a name nobody may have given one, or trace2.envVars does not name REMOTE_USER: the trace does not say.
    CASE WHEN m.person IS NOT NULL THEN 'human' ELSE 'unknown' END AS identity_kind,
    coalesce(m.person, '') AS identity_name,
    '' AS sso,
    CASE WHEN m.is_gitolite THEN 'ssh key' WHEN m.person IS NULL THEN '' ELSE 'basic authentication' END AS access_type,
    CASE WHEN m.is_gitolite THEN 'ssh_key' WHEN m.person IS NULL THEN 'unknown' ELSE 'password' END AS credential_kind,
    'personal' AS family,
    NULL::VARCHAR AS credential,
    coalesce(m.repository, '') AS repository,
    organisation(coalesce(m.repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    m.ip,
    NULL::VARCHAR AS country,
    m.agent AS user_agent,
    CASE WHEN m.path_info IS NULL THEN 'ssh' ELSE 'http' END AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    CASE WHEN m.verb = 'upload-pack' THEN m.objects END AS objects,
    CASE
        WHEN m.action = 'ls_refs' THEN 'none'
        WHEN m.action = 'archive' THEN 'full'
        WHEN m.action = 'push' THEN 'unknown'
        WHEN m.filter IS NOT NULL OR m.is_partial THEN 'partial'
        WHEN m.action = 'fetch' THEN 'incremental'
        WHEN m.depth > 0 OR m.is_shallow THEN 'shallow'
        WHEN m.action = 'clone' THEN 'full'
        ELSE 'unknown'
    END AS scope,
    m.session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN l.record IS NULL THEN 'not JSON'
        WHEN l.f.sid IS NULL OR l.f.event IS NULL THEN 'field sid or event: missing'
        WHEN l.place > 1 OR m.action IS NULL OR m.action = 'opening' THEN NULL
        WHEN m.occurred_at IS NULL THEN 'field time: not a time'
        WHEN m.repository IS NULL THEN 'repository: missing; name PATH_INFO (HTTP) or GL_REPO (gitolite) in trace2.envVars'
    END AS reason,
    l.record
FROM line AS l LEFT JOIN meant AS m ON m.tree = l.tree
