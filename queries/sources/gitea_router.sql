-- Gitea's and Forgejo's router log, which is on by default where the access log is not.
--
-- records: text
-- means: requests
-- recognised by: router: (started|slow|polling|completed|failed) +\S+ \S+ for \S+, 
-- says: repository, address, that it was refused; key by number over SSH
-- never says: who over HTTP, sizes, the client, clone apart from fetch
-- source: Gitea "Logging configuration" (router log), modules/web/routing; Forgejo the same
--
-- Its times are local: the configuration's zone. A request that is slow is told
-- more than once; only its end counts. Other lines of Gitea are ignored. Collect the
-- access log instead where there is one: it says who. Reads landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT
        record, number,
        regexp_extract(record, '^(.*?\d{4}/\d\d/\d\d \d\d:\d\d:\d\d.*?) router: (started|slow|polling|completed|failed) +(\S+) (\S+) for (\S+), (?:(\d{3}) .*)?', ['before', 'state', 'method', 'target', 'client', 'status']) AS f
    FROM landed
),
told AS (
    SELECT
        *,
        zoned_time(replace(regexp_extract(f.before, '\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?'), '/', '-'), n.zone) AS occurred_at, n.source,
        f.state IN ('completed', 'failed') AS is_end,
        regexp_extract(f.target, '^/api/internal/serv/command/(\d+)/([^/?]+/[^/?]+)\?(?:.*&)?verb=([a-z-]+)', ['keyid', 'path', 'verb']) AS s
    FROM parsed
    CROSS JOIN landing_now AS n
)
SELECT
    record, number, 'gitea' AS forge,
    'line:' || md5(source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    f.state <> '' OR NOT looks_like_access(record) AS is_line,
    CASE
        WHEN f.state = '' AND looks_like_access(record) THEN 'not a line of Gitea''s router log'
        WHEN f.state <> '' AND occurred_at IS NULL THEN 'time: not one, such as 2026/11/22 08:55:18'
    END AS trouble,
    CASE WHEN is_end THEN f.method END AS method, CASE WHEN is_end THEN f.target END AS target, NULL::VARCHAR AS http,
    CASE WHEN f.state = 'failed' THEN coalesce(TRY_CAST(f.status AS INTEGER), 500) ELSE TRY_CAST(f.status AS INTEGER) END AS status,
    NULL::VARCHAR AS person, false AS has_names,
    client_address(f.client) AS ip,
    NULL::VARCHAR AS agent,
    NULL::VARCHAR AS git_protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    CASE WHEN is_end AND s.keyid <> '' AND f.method = 'GET' THEN CASE s.verb WHEN 'git-upload-pack' THEN 'fetch' WHEN 'git-receive-pack' THEN 'push' WHEN 'git-upload-archive' THEN 'archive' END END AS kind,
    CASE WHEN is_end THEN repository_path(decoded(nullif(s.path, ''))) END AS path_named,
    CASE WHEN is_end THEN 'key:' || nullif(s.keyid, '') END AS ssh_key
FROM told
