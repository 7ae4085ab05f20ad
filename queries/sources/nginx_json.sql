-- Access log of nginx before git, one JSON object a line, with the request's id and size.
--
-- records: text
-- means: requests
-- recognised by: ^\{.*"(request_uri": ?"|request": ?"[A-Z]+ )[^"]*((?i)(git|%67%69%74)(-|%2d)(upload|receive)|service=|/info/ref|/snapshot/|a=snapshot|\.git/)
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
    SELECT
        *, regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'target', 'http']) AS r,
        coalesce(coalesce(f.request_uri, f.request) IS NOT NULL AND f.status IS NOT NULL, false) AS is_line,
        coalesce(utc_time(coalesce(said(f.msec), said(f.time), f.time_iso8601)), access_time(coalesce(f.time_local, f.time))) AS occurred_at,
        f.remote_addr AS peer, f.http_x_forwarded_for AS forwarded
    FROM parsed
)
SELECT
    record, number, 'http' AS forge,
    -- Not by request_id, which a client may choose where it is taken from a header.
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at, is_line,
    CASE
        WHEN NOT is_line THEN 'not a JSON object with request_uri (or request) and status'
        WHEN occurred_at IS NULL THEN 'field msec: not a time, and time and time_local neither'
    END AS trouble,
    coalesce(f.request_method, r.method) AS method, coalesce(f.request_uri, r.target) AS target, coalesce(f.server_protocol, r.http) AS http, TRY_CAST(f.status AS INTEGER) AS status,
    lower(person_name(f.remote_user)) AS person, json_exists(j, '$.remote_user') AS has_names,
    forwarded_address(peer, forwarded) AS ip,
    said(coalesce(f.user_agent, f.http_user_agent)) AS agent,
    coalesce(f.git_protocol, f.http_git_protocol) AS git_protocol,
    TRY_CAST(coalesce(f.body_bytes_sent, f.bytes_sent) AS BIGINT) AS bytes_out,
    TRY_CAST(f.request_length AS BIGINT) AS bytes_in,
    NULL::VARCHAR AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM told
CROSS JOIN landing_now AS n
