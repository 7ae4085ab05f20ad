-- Gerrit's httpd_log, as text or as JSON.
--
-- records: text
-- recognised by: ^(\S+ \[HTTP[^\]]*\] - \S+ \[[^\]]+\] "|\{.*"thread": ?".*"resource": ?".*"status": ?")
-- says: who, address, response size; refusals
-- never says: clone apart from fetch, what a client has already, request size, what happens over SSH (that is sshd_log)
-- source: Gerrit "Logs"; FORMATS 4
--
-- Paths under /a/ are the authenticated ones; the project's name follows, slashes
-- and all. Behind the agent newer releases write processor times, memory and the
-- command's status. Keys of JSON are written with underscores. Reads the relation
-- landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT
        record, number,
        regexp_extract(record, '^(\S+) \[([^\]]*)\] - (\S+) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)(.*)$', ['ip', 'thread', 'person', 'time', 'request', 'status', 'bytes', 'rest']) AS f,
        from_json(CASE WHEN record[1] = '{' THEN TRY_CAST(record AS JSON) END, '{"host": "VARCHAR", "user": "VARCHAR", "timestamp": "VARCHAR", "method": "VARCHAR", "resource": "VARCHAR",
            "protocol": "VARCHAR", "status": "VARCHAR", "content_length": "VARCHAR", "user_agent": "VARCHAR", "contentLength": "VARCHAR", "userAgent": "VARCHAR"}') AS j
    FROM landed
),
told AS (
    SELECT
        *, regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'uri', 'http']) AS r,
        regexp_extract(f.rest, '^ (?:\d+|-) (?:"(?:[^"\\]|\\.)*"|\S+) (?:"((?:[^"\\]|\\.)*)"|(\S+))', ['quoted', 'bare']) AS agent
    FROM parsed
),
request AS (
    SELECT
        record, number, 'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS line_id,
        coalesce(try_strptime(f.time, ['%d/%b/%Y:%H:%M:%S %z', '%d/%b/%Y:%H:%M:%S.%g %z']) AT TIME ZONE 'UTC', gerrit_time(f.time), gerrit_time(j.timestamp)) AS occurred_at,
        f.status <> '' OR coalesce(j.resource IS NOT NULL AND j.status IS NOT NULL, false) AS readable,
        coalesce(j.method, r.method) AS method, coalesce(j.protocol, r.http) AS http, TRY_CAST(coalesce(j.status, f.status) AS INTEGER) AS status,
        request_kind(coalesce(j.method, r.method), coalesce(j.resource, r.uri)) AS kind,
        coalesce(repository_path(regexp_replace(uri_repository(coalesce(j.resource, r.uri)), '^a/(.+)$', '\1')), '') AS repository,
        lower(said(coalesce(j."user", f.person))) AS person, client_address(coalesce(j.host, f.ip)) AS ip,
        said(coalesce(j.user_agent, j.userAgent, nullif(agent.quoted, ''), agent.bare)) AS agent,
        NULL::VARCHAR AS git_protocol,
        coalesce(TRY_CAST(coalesce(j.content_length, j.contentLength, f.bytes) AS BIGINT), CASE WHEN f.bytes = '-' THEN 0 END) AS bytes_out,
        NULL::BIGINT AS bytes_in
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
    http_identity('gerrit', person, ip, status) AS identity,
    http_identity_kind(person, status) AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    CASE WHEN person IS NULL THEN '' ELSE 'HTTP password' END AS access_type,
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
        WHEN NOT readable THEN 'not a line of an httpd_log'
        WHEN occurred_at IS NULL THEN 'time: not one of an httpd_log'
        WHEN repository = '' THEN 'request: names no repository'
    END AS reason,
    record
FROM judged
