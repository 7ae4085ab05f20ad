-- HAProxy's log of HTTP requests (option httplog or httpslog), through syslog or as it is.
--
-- records: text
-- means: requests
-- recognised by: (^|\s)\S+:\d+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] \S+ \S+ [-+/\d]+ -?\d+ \+?\d+ \S+ \S+ \S{4} [+/\d]+ \d+/\d+ 
-- says: address, response size with its headers, that it was refused
-- never says: who, the client, clone apart from fetch, what happens over SSH
-- source: HAProxy Configuration Manual, "HTTP log format", "Non-printable characters"
--
-- Its times are local: the configuration's zone. What could break a line is written as
-- #22, so the request is what stands between the last two quotes. A request is cut at
-- 1,024 bytes; one whose path was cut may have asked for anything, and is put into
-- quarantine. Other lines of HAProxy, of starts, health checks and TCP, are ignored. Reads
-- landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT
        record, number,
        regexp_extract(record, '^(?:.*?\s)?(\S+:\d+) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] (\S+) (\S+) ([-+/\d]+) (-?\d+) \+?(\d+) \S+ \S+ \S{4} [+/\d]+ \d+/\d+ (.*)$',
            ['client', 'time', 'frontend', 'backend', 'timers', 'status', 'bytes', 'rest']) AS f
    FROM landed
),
told AS (
    SELECT
        *,
        regexp_extract(f.rest, '^((?:\{.*\} )*)"([^"]*)"?', ['headers', 'request']) AS q,
        zoned_time(strftime(try_strptime(nullif(f.time, ''), '%d/%b/%Y:%H:%M:%S.%g'), '%Y-%m-%d %H:%M:%S.%g'), n.zone) AS occurred_at, n.source
    FROM parsed
    CROSS JOIN landing_now AS n
),
asked AS (
    SELECT
        *, regexp_extract(q.request, '^(\S+) (\S+)(?: (HTTP/[0-9.]+))?$', ['method', 'target', 'http']) AS r,
        regexp_replace(regexp_extract(q.request, '^\S+ (\S+)', 1), '#([0-9A-Fa-f]{2})', '%\1', 'g') AS target
    FROM told
),
judged AS (
    SELECT
        *, f.time <> '' AS is_request,
        -- TCP sessions and connections that failed are told in other forms, without a request.
        f.time = '' AND NOT looks_like_access(record) AS is_other,
        f.time <> '' AND q.request <> '' AND q.request <> '<BADREQ>' AND r.http = '' AND NOT contains(target, '?') AND length(q.request) >= 1000 AS is_cut
    FROM asked
)
SELECT
    record, number, 'http' AS forge,
    'line:' || md5(source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    is_request OR is_other AS is_line,
    CASE
        WHEN NOT is_request AND NOT is_other THEN 'not a line of a request in HAProxy''s log'
        WHEN occurred_at IS NULL THEN 'time: not one, such as 06/Feb/2009:12:14:14.655'
        WHEN is_cut THEN 'request: cut before its path ends, so that it may have asked for anything'
    END AS trouble,
    CASE WHEN is_request THEN regexp_extract(q.request, '^\S+') END AS method, CASE WHEN is_request THEN target END AS target, r.http, CASE WHEN TRY_CAST(f.status AS INTEGER) > 0 THEN TRY_CAST(f.status AS INTEGER) END AS status,
    NULL::VARCHAR AS person, false AS has_names,
    -- An address and a port, also where the address is IPv6.
    CASE WHEN NOT starts_with(f.client, 'unix:') THEN client_address(regexp_replace(f.client, ':\d+$', '')) END AS ip,
    NULL::VARCHAR AS agent,
    NULL::VARCHAR AS git_protocol,
    TRY_CAST(f.bytes AS BIGINT) AS bytes_out,
    NULL::BIGINT AS bytes_in,
    CASE WHEN is_cut THEN 'odd' END AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM judged
