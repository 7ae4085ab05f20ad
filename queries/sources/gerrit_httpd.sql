-- Gerrit's httpd_log, as text or as JSON.
--
-- records: text
-- means: requests
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
        *, regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'target', 'http']) AS r,
        regexp_extract(f.rest, '^ (?:\d+|-) (?:"(?:[^"\\]|\\.)*"|\S+) (?:"((?:[^"\\]|\\.)*)"|(\S+))', ['quoted', 'bare']) AS agent,
        f.status <> '' OR coalesce(j.resource IS NOT NULL AND j.status IS NOT NULL, false) AS is_line,
        coalesce(access_time(f.time), gerrit_time(f.time), gerrit_time(j.timestamp)) AS occurred_at
    FROM parsed
),
named AS (
    SELECT
        *,
        -- Jetty passes over what stands behind a semicolon in a part of a path (RFC 3986 3.3).
        regexp_replace(coalesce(j.resource, r.target), '(;|%3[Bb])[^/?#]*', '', 'g') AS target,
        coalesce(j.host, f.ip) AS peer, coalesce(j."user", unescaped(f.person)) AS name
    FROM told
)
SELECT
    record, number, 'gerrit' AS forge,
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at, is_line,
    CASE WHEN NOT is_line THEN 'not a line of an httpd_log' WHEN occurred_at IS NULL THEN 'time: not one of an httpd_log' END AS trouble,
    coalesce(j.method, r.method) AS method, target, coalesce(j.protocol, r.http) AS http, TRY_CAST(coalesce(j.status, f.status) AS INTEGER) AS status,
    lower(person_name(name)) AS person, true AS has_names,
    client_address(peer) AS ip,
    said(coalesce(j.user_agent, j.userAgent, nullif(agent.quoted, ''), agent.bare)) AS agent,
    NULL::VARCHAR AS git_protocol,
    coalesce(TRY_CAST(coalesce(j.content_length, j.contentLength, f.bytes) AS BIGINT), CASE WHEN f.bytes = '-' THEN 0 END) AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::VARCHAR AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM named
CROSS JOIN landing_now AS n
