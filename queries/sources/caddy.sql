-- Caddy's access log, one JSON object a line.
--
-- records: text
-- means: requests
-- recognised by: ^\{(?:[^"]|"(?:[^"\\]|\\.)*")*?"logger": ?"http\.log\.access
-- says: who where Caddy itself asked for the name, address, response size, git protocol
-- never says: who where what stands behind Caddy asks for the name; clone apart from fetch; what happens over SSH
-- source: Caddy "log directive", "How logging works" (request.remote_ip, client_ip, uri, headers, user_id, size, status)
--
-- A name that is empty says nothing, because what stands behind Caddy may have asked
-- for one. client_ip is Caddy's own judgement of the proxies that it trusts. Before
-- 2.5 the address was remote_addr, with its port. Reads landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, number, from_json(TRY_CAST(record AS JSON), '{
        "ts": "VARCHAR", "request": "JSON", "user_id": "VARCHAR", "size": "VARCHAR", "status": "VARCHAR", "logger": "VARCHAR"}') AS f
    FROM landed
),
told AS (
    SELECT
        *, from_json(f.request, '{"remote_ip": "VARCHAR", "client_ip": "VARCHAR", "remote_addr": "VARCHAR", "proto": "VARCHAR", "method": "VARCHAR", "uri": "VARCHAR", "headers": "JSON"}') AS r
    FROM parsed
),
named AS (
    SELECT
        *, person_name(f.user_id) AS name, utc_time(regexp_replace(f.ts, '^(\d{4})/(\d\d)/(\d\d) ', '\1-\2-\3 ')) AS occurred_at,
        starts_with(f.logger, 'http.log.access') AND r.uri IS NOT NULL AND f.status IS NOT NULL AS is_access
    FROM told
)
SELECT
    record, number, 'http' AS forge,
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    -- Caddy writes of itself into the same log where it is told to.
    f.logger IS NOT NULL AND (is_access OR NOT starts_with(f.logger, 'http.log.access')) AS is_line,
    CASE
        WHEN f.logger IS NULL THEN 'not a JSON object with logger'
        WHEN starts_with(f.logger, 'http.log.access') AND NOT coalesce(is_access, false) THEN 'not a JSON object with request.uri and status'
        WHEN occurred_at IS NULL THEN 'field ts: not a time'
    END AS trouble,
    CASE WHEN is_access THEN r.method END AS method, CASE WHEN is_access THEN r.uri END AS target, r.proto AS http, TRY_CAST(f.status AS INTEGER) AS status,
    lower(name) AS person, name IS NOT NULL AS has_names,
    forwarded_address(coalesce(said(r.client_ip), said(r.remote_ip), r.remote_addr), first_of(json_extract_string(r.headers, '$."X-Forwarded-For"'))) AS ip,
    said(first_of(json_extract_string(r.headers, '$."User-Agent"'))) AS agent,
    coalesce(first_of(json_extract_string(r.headers, '$."Git-Protocol"')), CASE WHEN r.headers IS NOT NULL THEN '' END) AS git_protocol,
    TRY_CAST(f.size AS BIGINT) AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::VARCHAR AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM named
CROSS JOIN landing_now AS n
