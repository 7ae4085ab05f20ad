-- GitHub audit log: REST pages, streamed objects, the UI export and api.request records.
--
-- records: json
-- recognised by: @timestamp, action or created_at, action, actor or at_sign_timestamp, action or event_id, endpoint, body
-- never says: page views, nor what was done in the browser or by API but for api.request records in a stream
-- fields: @timestamp, created_at, at_sign_timestamp, _document_id, action, actor, actor_ip, actor_is_bot, actor_location, user,
--     org, repo, repository, repository_public, public_repo, visibility, transport_protocol_name,
--     protocol_name, programmatic_access_type, hashed_token, token_id, external_identity_nameid, user_agent,
--     request_id, request_method, route, url_path, status_code, message, actor_is_agent,
--     agent_session_id, oauth_application_id, oauth_application_name, integration
-- id: _document_id
-- source: GitHub, "Audit log events for your organization"; formats measured in FORMATS 1.2-1.5
--
-- Lenient by design: every field is taken as text, so that an odd one costs its
-- own record at most. A stream may have records of Copilot's usage among its events,
-- which have an endpoint and a body (what a person asked) and no action: they are
-- no access, and nothing of them is kept. Reads the relation landed(record, and the fields above).
WITH named AS (
    SELECT
        record,
        -- Panther writes at_sign_timestamp.
        utc_time(coalesce(said(f."@timestamp"), f.created_at, f.at_sign_timestamp)) AS occurred_at,
        coalesce(said(f."@timestamp"), f.created_at, f.at_sign_timestamp) AS time_written,
        said(f._document_id) AS document_id,
        f.action AS native_action,
        nullif(said(f.actor), 'deploy_key') AS actor,
        lower(f.actor) AS login,
        coalesce(f.actor = 'deploy_key', false) AS is_deploy_key,
        said(f.programmatic_access_type) AS access_type,
        lower(said(f.programmatic_access_type)) AS access_lower,
        coalesce(said(f.hashed_token), 'id:' || nullif(said(f.token_id), '0')) AS credential,
        coalesce(first_of(coalesce(said(f.repo), said(f.repository))), CASE WHEN f.url_path IS NOT NULL THEN nullif(regexp_extract(request_path(f.url_path), '^/?(?:api/v3/)?repos/([^/]+/[^/]+)', 1), '') END) AS written_repository,
        first_of(said(f.org)) AS org,
        coalesce(f.repository_public, f.public_repo, CASE WHEN f.visibility IS NOT NULL THEN (f.visibility = 'public')::VARCHAR END) = 'true' AS is_public,
        f.actor_is_bot = 'true' OR f.actor LIKE '%[bot]' AS is_bot,
        CASE WHEN contains(f.actor_ip, ':') OR contains(f.actor_ip, ',') THEN client_address(split_part(f.actor_ip, ',', 1)) ELSE trim(said(f.actor_ip)) END AS ip,
        CASE WHEN f.actor_location[1] = '{' AND json_valid(f.actor_location) THEN json_extract_string(f.actor_location, '$.country_code') ELSE f.actor_location END AS country,
        said(f.external_identity_nameid) AS sso,
        said(f.user_agent) AS user_agent,
        lower(coalesce(said(f.transport_protocol_name), said(f.protocol_name))) AS protocol,
        said(f.request_id) AS session_key,
        first_of(said(f."user")) AS affected,
        coalesce(f.actor_is_agent = 'true', false) AS is_agent,
        said(f.agent_session_id) AS agent_session,
        nullif(said(f.oauth_application_id), '0') AS application_id,
        first_of(coalesce(said(f.oauth_application_name), said(f.integration))) AS application,
        coalesce(f.route, f.url_path, '') AS route,
        upper(f.request_method) AS method,
        TRY_CAST(f.status_code AS INTEGER) AS status,
        CASE WHEN f.action IS NULL THEN list_has_all(json_keys(record), ['event_id', 'endpoint', 'body']) ELSE false END AS is_usage,
        f.message
    FROM landed AS f
),
classed AS (
    SELECT
        *,
        -- The user of an agent's act is the one it acts for; of others it is somebody else (FORMATS 7, 7).
        CASE WHEN is_agent THEN affected END AS on_behalf_of,
        repository_path(written_repository) AS repository,
        CASE native_action
            WHEN 'git.clone' THEN 'clone'
            WHEN 'git.fetch' THEN 'fetch'
            WHEN 'git.push' THEN 'push'
            WHEN 'repo.download_zip' THEN 'archive'
            WHEN 'codespaces.create' THEN 'clone'
            WHEN 'api.request' THEN CASE
                WHEN method NOT IN ('GET', 'HEAD') AND regexp_matches(route, '/contents(/|$)') THEN 'push'
                WHEN method NOT IN ('GET', 'HEAD') THEN 'other'
                WHEN regexp_matches(route, '/(tarball|zipball|archive)(/|$)') THEN 'archive'
                WHEN regexp_matches(route, '/(contents|readme|git/blobs|git/trees|raw)(/|$)') THEN 'api_read'
                ELSE 'other'
            END
        END AS action,
        -- "Public Key (User/Deploy)" may be either; the actor tells which.
        CASE WHEN is_deploy_key THEN 'deploy_key' ELSE credential_kind(access_lower) END AS credential_kind
    FROM named
)
SELECT
    CASE WHEN is_usage THEN 'ignored' WHEN action IS NULL THEN 'control' ELSE 'event' END AS record_class,
    coalesce(document_id, 'digest:' || md5(concat_ws('|', occurred_at, native_action, actor, repository, credential, ip, user_agent, protocol, affected, route))) AS event_id,
    occurred_at,
    native_action,
    coalesce(action, 'other') AS action,
    CASE WHEN native_action IN ('codespaces.create', 'api.request') THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE
        WHEN status IN (401, 403) THEN 'denied'
        WHEN status IN (404, 410) THEN 'not_found'
        WHEN status >= 400 THEN 'error'
        ELSE 'ok'
    END AS outcome,
    CASE
        WHEN is_agent AND on_behalf_of IS NOT NULL THEN 'github:agent:' || lower(coalesce(actor, 'unnamed')) || ':' || lower(on_behalf_of)
        WHEN actor IS NOT NULL THEN 'github:' || issued_name(login)
        WHEN credential_kind = 'deploy_key' AND credential IS NOT NULL THEN 'github:deploy_key:' || credential
        WHEN credential IS NOT NULL THEN 'github:unknown:' || credential
        WHEN is_public AND credential_kind = 'none' THEN 'github:anonymous'
        WHEN ip IS NOT NULL THEN 'github:unknown:' || ip
        ELSE 'github:unknown'
    END AS identity,
    CASE
        WHEN is_agent THEN 'app'
        WHEN is_bot THEN 'bot'
        WHEN credential_kind = 'app_token' THEN 'app'
        WHEN credential_kind = 'deploy_key' THEN 'deploy_key'
        WHEN actor IS NOT NULL THEN 'human'
        WHEN is_public AND credential IS NULL AND credential_kind = 'none' THEN 'anonymous'
        ELSE 'unknown'
    END AS identity_kind,
    coalesce(actor, '') AS identity_name,
    coalesce(sso, '') AS sso,
    coalesce(access_type, '') AS access_type,
    credential_kind,
    CASE WHEN actor IS NULL AND credential_kind = 'none' AND is_public THEN 'anonymous' ELSE access_family(credential_kind) END AS family,
    credential,
    coalesce(repository, '') AS repository,
    lower(coalesce(CASE WHEN contains(repository, '/') THEN split_part(repository, '/', 1) END, org, '')) AS org,
    is_public,
    nullif(ip, '') AS ip,
    nullif(upper(country), '') AS country,
    user_agent,
    protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action IN ('clone', 'archive') THEN 'full' ELSE 'unknown' END AS scope,
    session_key,
    affected,
    is_agent,
    CASE WHEN is_agent OR is_bot THEN actor END AS delegate,
    application_id,
    application,
    on_behalf_of,
    agent_session,
    CASE
        WHEN is_usage THEN NULL
        WHEN native_action IS NULL AND message IS NOT NULL THEN 'an error that GitHub answered (' || left(message, 100) || '): the page of the log that should stand here is missing, ask for it again'
        WHEN native_action IS NULL THEN 'field action: missing'
        WHEN time_written IS NULL THEN 'field @timestamp: missing, and created_at too'
        WHEN occurred_at IS NULL THEN 'field @timestamp: not a time'
    END AS reason,
    record
FROM classed
