-- Access log of a web server before git: nginx or Apache in the combined format, cgit, gitweb.
--
-- records: text
-- recognised by: ^\S.* \[[^\]]+\] "[A-Z]+ \S*(git-upload-pack|git-receive-pack|/snapshot/|a=snapshot)\S* HTTP/[0-9.]+" \d{3}
-- says: who by basic authentication, address, response size; clone apart from fetch only where request sizes are logged
-- never says: what a client has already, credential, what happens over SSH
-- source: nginx "ngx_http_log_module", Apache "mod_log_config" and "mod_logio"; FORMATS 5
--
-- Common or combined, with the virtual host before it or not, with the addresses
-- that a proxy forwards (nginx's "main") and with "%I %O" behind it or not; and
-- "%v:%p %h %l %u %t %r %>s %I %O %D agent git-protocol". Reads the relation
-- landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, number, access_line(record) AS f FROM landed
),
told AS (
    SELECT
        *,
        regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'uri', 'http']) AS r,
        regexp_extract(f.rest, '^ (\d+|-) "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"(?: "([^"]*)")?(?: (\d+) (\d+))?', ['bytes', 'agent', 'forwarded', 'bytes_in', 'bytes_all']) AS combined,
        regexp_extract(f.rest, '^ (\d+|-) (\d+|-) \d+ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"', ['bytes_in', 'bytes_all', 'agent', 'version']) AS counted
    FROM parsed
),
request AS (
    SELECT
        record, number, 'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS line_id,
        try_strptime(f.time, '%d/%b/%Y:%H:%M:%S %z') AT TIME ZONE 'UTC' AS occurred_at,
        f.status <> '' AND NOT is_shifted(f.person) AS readable, r.method, r.http, TRY_CAST(f.status AS INTEGER) AS status,
        request_kind(r.method, r.uri) AS kind, coalesce(request_repository(r.uri), '') AS repository,
        lower(said(f.person)) AS person, forwarded_address(f.ip, combined.forwarded) AS ip,
        said(coalesce(nullif(combined.agent, ''), counted.agent)) AS agent,
        CASE WHEN counted.bytes_in <> '' THEN coalesce(said(counted.version), '') END AS git_protocol,
        -- Apache's %O counts the headers of the answer too, 290 bytes for git-http-backend's.
        coalesce(
            CASE WHEN TRY_CAST(counted.bytes_all AS BIGINT) IS NOT NULL THEN greatest(TRY_CAST(counted.bytes_all AS BIGINT) - 290, 0) END,
            TRY_CAST(regexp_extract(f.rest, '^ (\d+)', 1) AS BIGINT),
            CASE WHEN starts_with(f.rest, ' -') THEN 0 END) AS bytes_out,
        coalesce(TRY_CAST(combined.bytes_in AS BIGINT), TRY_CAST(counted.bytes_in AS BIGINT)) AS bytes_in
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
        WHEN NOT readable THEN 'not a line of an access log'
        WHEN occurred_at IS NULL THEN 'time: not one of an access log, such as [22/Nov/2026:08:55:18 +0000]'
        WHEN repository = '' THEN 'request: names no repository'
    END AS reason,
    record
FROM judged
