-- Access log of nginx before git, one JSON object a line, with the request's id and size.
--
-- records: text
-- recognised by: ^\{.*"(request_uri": ?"|request": ?"[A-Z]+ )[^"]*(git-upload-pack|git-receive-pack|/snapshot/|a=snapshot)
-- says: who by basic authentication, address, bytes both ways, git protocol, and by the request's size clone apart from fetch
-- never says: what a client has already, credential, what happens over SSH
-- source: nginx "ngx_http_log_module"; FORMATS 5, which has the log_format to use
--
-- Keys as nginx's variables are called, without the $: msec (or time_iso8601, or
-- time_local), remote_addr, http_x_forwarded_for, remote_user, request_method,
-- request_uri and server_protocol (or request for the three), status,
-- request_length, body_bytes_sent, user_agent (or http_user_agent), git_protocol
-- (or http_git_protocol), request_id. Reads landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, number, TRY_CAST(record AS JSON) AS j, from_json(TRY_CAST(record AS JSON), '{
        "msec": "VARCHAR", "time": "VARCHAR", "time_iso8601": "VARCHAR", "time_local": "VARCHAR", "request": "VARCHAR", "remote_addr": "VARCHAR", "http_x_forwarded_for": "VARCHAR",
        "remote_user": "VARCHAR", "request_method": "VARCHAR", "request_uri": "VARCHAR", "server_protocol": "VARCHAR", "status": "VARCHAR",
        "request_length": "VARCHAR", "bytes_sent": "VARCHAR", "body_bytes_sent": "VARCHAR", "user_agent": "VARCHAR", "http_user_agent": "VARCHAR",
        "git_protocol": "VARCHAR", "http_git_protocol": "VARCHAR", "request_id": "VARCHAR"}') AS f
    FROM landed
),
told AS (
    SELECT *, regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'uri', 'http']) AS r FROM parsed
),
request AS (
    SELECT
        record, number,
        coalesce('nginx:' || said(f.request_id), 'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number)) AS line_id,
        coalesce(utc_time(coalesce(said(f.msec), said(f.time), f.time_iso8601)), try_strptime(coalesce(f.time_local, f.time), '%d/%b/%Y:%H:%M:%S %z') AT TIME ZONE 'UTC') AS occurred_at,
        coalesce(coalesce(f.request_uri, f.request) IS NOT NULL AND f.status IS NOT NULL, false) AS readable,
        coalesce(f.request_method, r.method) AS method, coalesce(f.server_protocol, r.http) AS http, TRY_CAST(f.status AS INTEGER) AS status,
        request_kind(coalesce(f.request_method, r.method), coalesce(f.request_uri, r.uri)) AS kind, coalesce(request_repository(coalesce(f.request_uri, r.uri)), '') AS repository,
        lower(said(f.remote_user)) AS person, forwarded_address(f.remote_addr, f.http_x_forwarded_for) AS ip,
        said(coalesce(f.user_agent, f.http_user_agent)) AS agent,
        coalesce(f.git_protocol, f.http_git_protocol) AS git_protocol,
        TRY_CAST(coalesce(f.body_bytes_sent, f.bytes_sent) AS BIGINT) AS bytes_out,
        TRY_CAST(f.request_length AS BIGINT) AS bytes_in
    FROM told
    CROSS JOIN landing_now AS n
),
-- A conversation is what one client asks of one repository from an answered opening request on.
opened AS (
    SELECT
        *,
        count(CASE WHEN kind IN ('open', 'open_push') AND status = 200 THEN 1 END) OVER (PARTITION BY ip, person, repository, agent ORDER BY number) AS opening,
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
        count(CASE WHEN kind = 'fetch' THEN 1 END) OVER talk AS place,
        count(CASE WHEN kind = 'fetch' THEN 1 END) OVER (PARTITION BY ip, person, repository, agent, opening) AS posts,
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
        WHEN NOT readable THEN 'not a JSON object with request_uri (or request) and status'
        WHEN occurred_at IS NULL THEN 'field msec: not a time, and time and time_local neither'
        WHEN repository = '' THEN 'field request_uri: names no repository'
    END AS reason,
    record
FROM judged
