-- Gitea's and Forgejo's access log, in its default template.
--
-- records: text
-- means: requests
-- recognised by: once "GET /api/internal/serv/command/\d+/
-- says: who over HTTP, key by number over SSH, the SSH client's address, archives
-- never says: who is behind a key (Gitea's own API does), bytes over SSH, clone apart from fetch
-- source: Gitea "Logging configuration", Forgejo the same; FORMATS 4
--
-- Over HTTP it is a combined log; a git command over SSH is an internal request
-- that asks whether a key may. Reads the relation landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, number, access_line(record) AS f FROM landed
),
worded AS (
    SELECT *, f.first AS first, f.middle AS middle FROM parsed
),
told AS (
    SELECT
        *,
        access_who(first, middle) AS who,
        regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'target', 'http']) AS r,
        regexp_extract(f.rest, '^ (\d+|-) "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"(?: (\d+) (\d+))?', ['bytes', 'agent', 'bytes_in', 'bytes_all']) AS combined,
        -- Releases 1.15 to 1.17 wrote referrer and agent within one pair of quotes (go-gitea/gitea 16600).
        regexp_extract(f.rest, '^ (?:\d+|-) ".*?\\" \\"(.*)"$', 1) AS merged_agent,
        regexp_extract(f.request, '^GET /api/internal/serv/command/(\d+)/([^/?]+/[^/?]+)\?(?:.*&)?verb=([a-z-]+)', ['keyid', 'path', 'verb']) AS s
    FROM worded
),
named AS (
    SELECT *, r.target AS target, request_path(r.target) AS path, who.name AS name, who.peer AS peer, access_time(f.time) AS occurred_at FROM told
),
resolved AS (
    SELECT
        *, regexp_extract(path, '^/api/v1/repos/([^/]+/[^/]+)/(contents|media|raw|git/blobs|archive)/', ['path', 'what']) AS api
    FROM named
)
SELECT
    record, number, 'gitea' AS forge,
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    f.status <> '' AND NOT coalesce(who.is_shifted, false) AS is_line,
    CASE
        WHEN f.status = '' OR who.is_shifted THEN 'not a line of an access log'
        WHEN occurred_at IS NULL THEN 'time: not one of an access log, such as [22/Nov/2026:08:55:18 +0000]'
    END AS trouble,
    r.method, target, r.http, TRY_CAST(f.status AS INTEGER) AS status,
    CASE WHEN s.keyid = '' THEN lower(person_name(unescaped(name))) END AS person, true AS has_names,
    client_address(peer) AS ip,
    said(coalesce(nullif(combined.agent, ''), merged_agent)) AS agent,
    NULL::VARCHAR AS git_protocol,
    CASE WHEN s.keyid = '' THEN coalesce(TRY_CAST(regexp_extract(f.rest, '^ (\d+)', 1) AS BIGINT), CASE WHEN starts_with(f.rest, ' -') THEN 0 END) END AS bytes_out,
    NULL::BIGINT AS bytes_in,
    CASE
        WHEN s.keyid <> '' THEN CASE s.verb WHEN 'git-upload-pack' THEN 'fetch' WHEN 'git-receive-pack' THEN 'push' WHEN 'git-upload-archive' THEN 'archive' END
        WHEN api.what = 'archive' AND r.method IN ('GET', 'HEAD') THEN 'archive'
        WHEN api.what <> '' AND r.method IN ('GET', 'HEAD') THEN 'raw'
    END AS kind,
    repository_path(decoded(coalesce(nullif(s.path, ''), nullif(api.path, '')))) AS path_named,
    'key:' || nullif(s.keyid, '') AS ssh_key
FROM resolved
CROSS JOIN landing_now AS n
