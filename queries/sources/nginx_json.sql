-- Access log of nginx before git, one JSON object a line, with the request's id and size.
--
-- records: text
-- recognised by: ^\{.*"request_uri": ?"[^"]*(git-upload-pack|git-receive-pack|/snapshot/|a=snapshot)
-- says: who by basic authentication, address, bytes both ways, git protocol, and by the request's size clone apart from fetch
-- never says: what a client has already, credential, what happens over SSH
-- source: nginx "ngx_http_log_module"; FORMATS 5, which has the log_format to use
--
-- Keys as nginx's variables are called, without the $: msec (or time in ISO 8601),
-- remote_addr, http_x_forwarded_for, remote_user, request_method, request_uri,
-- server_protocol, status, request_length, body_bytes_sent, user_agent (or
-- http_user_agent), git_protocol (or http_git_protocol), request_id. Reads the
-- relation landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, number, TRY_CAST(record AS JSON) AS j, from_json(TRY_CAST(record AS JSON), '{
        "msec": "VARCHAR", "time": "VARCHAR", "time_iso8601": "VARCHAR", "remote_addr": "VARCHAR", "http_x_forwarded_for": "VARCHAR",
        "remote_user": "VARCHAR", "request_method": "VARCHAR", "request_uri": "VARCHAR", "server_protocol": "VARCHAR", "status": "VARCHAR",
        "request_length": "VARCHAR", "bytes_sent": "VARCHAR", "body_bytes_sent": "VARCHAR", "user_agent": "VARCHAR", "http_user_agent": "VARCHAR",
        "git_protocol": "VARCHAR", "http_git_protocol": "VARCHAR", "request_id": "VARCHAR"}') AS f
    FROM landed
),
request AS (
    SELECT
        record, number,
        coalesce('nginx:' || said(f.request_id), 'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number)) AS line_id,
        utc_time(coalesce(said(f.msec), said(f.time), f.time_iso8601)) AS occurred_at,
        coalesce(f.request_uri IS NOT NULL AND f.status IS NOT NULL, false) AS readable,
        f.request_method AS method, f.server_protocol AS http, TRY_CAST(f.status AS INTEGER) AS status,
        request_kind(f.request_method, f.request_uri) AS kind, coalesce(request_repository(f.request_uri), '') AS repository,
        lower(said(f.remote_user)) AS person, forwarded_address(f.remote_addr, f.http_x_forwarded_for) AS ip,
        said(coalesce(f.user_agent, f.http_user_agent)) AS agent,
        coalesce(f.git_protocol, f.http_git_protocol) AS git_protocol,
        TRY_CAST(coalesce(f.body_bytes_sent, f.bytes_sent) AS BIGINT) AS bytes_out,
        TRY_CAST(f.request_length AS BIGINT) AS bytes_in
    FROM parsed
    CROSS JOIN landing_now AS n
),
-- A conversation is what one client asks of one repository from an answered opening request on.
opened AS (
    SELECT
        *,
        count(*) FILTER (WHERE kind IN ('open', 'open_push') AND status = 200) OVER (PARTITION BY ip, person, repository, agent ORDER BY number) AS opening,
        -- Ten minutes, because a person may have to type a password.
        coalesce(lead(occurred_at) OVER (PARTITION BY ip, repository, agent ORDER BY number), max(occurred_at) OVER () + INTERVAL 9 MINUTE) <= occurred_at + INTERVAL 10 MINUTE AS is_followed
    FROM request
),
placed AS (
    SELECT
        *,
        CASE WHEN opening > 0 THEN 'op:' || first_value(line_id) OVER talk END AS session_key,
        wire_version(CASE WHEN opening > 0 THEN first_value(git_protocol) OVER talk END, CASE WHEN opening > 0 THEN first_value(bytes_out) OVER talk END) AS version,
        first_value(bytes_in) OVER talk AS opening_length,
        count(*) FILTER (WHERE kind = 'fetch') OVER talk AS place,
        count(*) FILTER (WHERE kind = 'fetch') OVER (PARTITION BY ip, person, repository, agent, opening) AS posts,
        coalesce(max(bytes_out) FILTER (WHERE kind = 'fetch') OVER (talk ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), first_value(bytes_out) OVER talk) AS listed_bytes
    FROM opened
    WINDOW talk AS (PARTITION BY ip, person, repository, agent, opening ORDER BY number)
),
judged AS (
    SELECT
        *,
        request_class(kind, status, person, is_followed) AS record_class,
        request_action(kind, status, version, place, posts, bytes_out, size_action(agent, http, version, opening_length, bytes_in, listed_bytes)) AS action
    FROM placed
)
SELECT
    CASE WHEN readable THEN record_class WHEN trim(record) <> '' THEN 'event' ELSE 'ignored' END AS record_class,
    line_id AS event_id,
    occurred_at,
    request_basis(kind, method, action) AS native_action,
    action,
    CASE WHEN kind IN ('fetch', 'object') THEN 'inferred' ELSE 'reported' END AS action_basis,
    http_outcome(status) AS outcome,
    http_identity('http', person, ip, status) AS identity,
    http_identity_kind(person, status) AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    CASE WHEN person IS NULL THEN '' ELSE 'basic authentication' END AS access_type,
    CASE WHEN person IS NULL THEN 'none' ELSE 'password' END AS credential_kind,
    CASE WHEN person IS NULL THEN 'anonymous' ELSE 'personal' END AS family,
    NULL::VARCHAR AS credential,
    repository,
    organisation(repository) AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    agent AS user_agent,
    'http' AS protocol,
    bytes_out,
    bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action IN ('archive') THEN 'full' WHEN action = 'ls_refs' THEN 'none' ELSE 'unknown' END AS scope,
    session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN readable AND kind IS NULL OR trim(coalesce(record, '')) = '' THEN NULL
        WHEN NOT readable THEN 'not a JSON object with request_uri and status'
        WHEN occurred_at IS NULL THEN 'field msec: not a time, and time neither'
        WHEN repository = '' THEN 'field request_uri: names no repository'
    END AS reason,
    record
FROM judged
