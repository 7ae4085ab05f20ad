-- Gitea's and Forgejo's access log, in its default template.
--
-- records: text
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
told AS (
    SELECT
        *,
        regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'uri', 'http']) AS r,
        regexp_extract(f.rest, '^ (\d+|-) "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"(?: (\d+) (\d+))?', ['bytes', 'agent', 'bytes_in', 'bytes_all']) AS combined,
        regexp_extract(f.request, '^GET /api/internal/serv/command/(\d+)/([^/?]+/[^/?]+)\?(?:.*&)?verb=([a-z-]+)', ['keyid', 'path', 'verb']) AS s
    FROM parsed
),
request AS (
    SELECT
        record, number, 'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS line_id,
        try_strptime(f.time, '%d/%b/%Y:%H:%M:%S %z') AT TIME ZONE 'UTC' AS occurred_at,
        f.status <> '' AND NOT is_shifted(f.person) AS readable, r.method, r.http, TRY_CAST(f.status AS INTEGER) AS status,
        s.keyid <> '' AS is_ssh,
        CASE WHEN s.keyid <> '' THEN CASE s.verb WHEN 'git-upload-pack' THEN 'fetch' WHEN 'git-receive-pack' THEN 'push' WHEN 'git-upload-archive' THEN 'archive' END
            WHEN r.method = 'GET' AND regexp_matches(r.uri, '^/api/v1/repos/[^/]+/[^/]+/(contents|media|git/blobs)/') THEN 'raw' ELSE request_kind(r.method, r.uri) END AS kind,
        coalesce(repository_path(decoded(nullif(s.path, ''))), repository_path(decoded(nullif(regexp_extract(r.uri, '^/api/v1/repos/([^/]+/[^/]+)/', 1), ''))), uri_repository(r.uri), '') AS repository,
        coalesce('key:' || nullif(s.keyid, ''), lower(said(f.person))) AS person, client_address(f.ip) AS ip,
        said(coalesce(nullif(combined.agent, ''), NULL)) AS agent,
        NULL::VARCHAR AS git_protocol,
        CASE WHEN s.keyid = '' THEN coalesce(TRY_CAST(combined.bytes AS BIGINT), CASE WHEN combined.bytes = '-' THEN 0 END) END AS bytes_out,
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
        CASE WHEN is_ssh AND kind = 'fetch' THEN 'read' ELSE request_action(kind, status, version, place, posts, bytes_out, size_action(agent, http, version, opening_length, bytes_in, listed_bytes)) END AS action
    FROM placed
)
SELECT
    CASE WHEN readable THEN record_class WHEN trim(record) <> '' THEN 'event' ELSE 'ignored' END AS record_class,
    line_id AS event_id,
    occurred_at,
    CASE WHEN is_ssh THEN 'serv ' || kind ELSE request_basis(kind, method, action) END AS native_action,
    action,
    CASE WHEN kind IN ('fetch', 'object') THEN 'inferred' ELSE 'reported' END AS action_basis,
    http_outcome(status) AS outcome,
    http_identity('gitea', person, ip, status) AS identity,
    CASE WHEN is_ssh THEN 'unknown' ELSE http_identity_kind(person, status) END AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    CASE WHEN is_ssh THEN 'ssh key' WHEN person IS NULL THEN '' ELSE 'basic authentication' END AS access_type,
    CASE WHEN is_ssh THEN 'ssh_key' WHEN person IS NULL THEN 'none' ELSE 'password' END AS credential_kind,
    CASE WHEN person IS NULL THEN 'anonymous' ELSE 'personal' END AS family,
    CASE WHEN is_ssh THEN person END AS credential,
    repository,
    organisation(repository) AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    CASE WHEN NOT is_ssh THEN agent END AS user_agent,
    CASE WHEN is_ssh THEN 'ssh' ELSE 'http' END AS protocol,
    bytes_out,
    bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action IN ('archive') THEN 'full' WHEN action = 'ls_refs' THEN 'none' ELSE 'unknown' END AS scope,
    CASE WHEN is_ssh THEN 'op:' || line_id ELSE session_key END AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN readable AND kind IS NULL OR trim(coalesce(record, '')) = '' THEN NULL
        WHEN NOT readable THEN 'not a line of an access log'
        WHEN occurred_at IS NULL THEN 'time: not one of an access log, such as [22/Nov/2026:08:55:18 +0000]'
        WHEN repository = '' THEN 'request: names no repository'
    END AS reason,
    record
FROM judged
