-- Bitbucket Data Center access log, atlassian-bitbucket-access.log.
--
-- records: text
-- recognised by: ^\S+ \| (https?|ssh) \| \S+ \| .* \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \| 
-- says: who, address chain, clone and fetch and shallow by its own labels, token or key by id, bytes both ways
-- never says: partial clones, objects, what happened before 2012's format
-- source: Atlassian "How to read the Bitbucket Data Center log formats"; FORMATS 3.1
--
-- Each request leaves a line as it comes in and one as it goes out; the second
-- counts. The number of fields differs by age and way, so the line is read around
-- its time, which is local: the configuration's zone. Request ids recycle within a
-- day, so the date belongs to them. Reads landed(record VARCHAR, number BIGINT).
WITH cut AS (
    SELECT
        record, number, n.source, n.zone,
        regexp_extract(record, '^(\S+) \| (\w+) \| (\S+) \| (?:@\S+ \| )?(.*?) \| (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \| ("\S+ \S* HTTP/[0-9.]+"|"(?:[^"\\]|\\.)*"|(?:SSH - )?\S+ ''[^'']*''|\S+) \| (.*)$',
            ['chain', 'way', 'id', 'person', 'time', 'act', 'rest']) AS f
    FROM landed
    CROSS JOIN landing_now AS n
),
told AS (
    SELECT
        *,
        trim(f.act, '"') AS act,
        regexp_extract(f.rest, '^(?:("(?:[^"\\]|\\.)*"(?: "(?:[^"\\]|\\.)*")?|-) \| )?(?:(-?\d+|-) \| (\d+|-) \| (\d+|-) \| )?(.*?)(?: \| (\d+|-))?(?: \| ([\w-]+))? ?\|? ?$',
            ['agents', 'status', 'bytes_in', 'bytes_out', 'labels', 'ms', 'session']) AS r
    FROM cut
),
request AS (
    SELECT
        *,
        regexp_extract(act, '^([A-Z]+) (\S+)', ['method', 'uri']) AS h,
        regexp_extract(act, '(git-upload-pack|git-receive-pack|git-upload-archive) ''?([^'']+)', ['verb', 'path']) AS s,
        ', ' || r.labels || ',' AS labels
    FROM told
),
resolved AS (
    SELECT *, request_path(target) AS path, request_parameters(target) AS parameters, lower(person_name(f.person)) AS person, f.chain AS chain
    -- Tomcat passes over what stands behind a semicolon in a part of a path (RFC 3986 3.3).
    FROM (SELECT *, regexp_replace(h.uri, '(;|%3[Bb])[^/?#]*', '', 'g') AS target FROM request)
),
named AS (
    SELECT
        *,
        zoned_time(replace(f.time, ',', '.'), zone) AS occurred_at,
        f.way = 'ssh' AS is_ssh, TRY_CAST(r.status AS INTEGER) AS status,
        CASE WHEN f.way = 'ssh' THEN CASE s.verb WHEN 'git-upload-pack' THEN 'fetch' WHEN 'git-receive-pack' THEN 'push' WHEN 'git-upload-archive' THEN 'archive' END
            WHEN h.method IN ('GET', 'HEAD') AND regexp_matches(path, '/(projects|users)/[^/]+/repos/[^/]+/archive$') THEN 'archive'
            ELSE resolved_kind(h.method, path, parameters) END AS kind,
        CASE WHEN f.way = 'ssh' THEN s.path ELSE coalesce(
            nullif(regexp_replace(regexp_extract(path, '/projects/[^/]+/repos/[^/]+/'), '^/projects/([^/]+)/repos/([^/]+)/$', '\1/\2'), ''),
            nullif(regexp_replace(regexp_extract(path, '/users/[^/]+/repos/[^/]+/'), '^/users/([^/]+)/repos/([^/]+)/$', '~\1/\2'), ''),
            -- A server may stand below a path of its own.
            regexp_replace(path_repository(path, parameters), '^(.*/)?scm/', '')) END AS written_repository,
        client_address(chain) AS ip,
        said(regexp_extract(r.agents, '"([^"]*)"$', 1)) AS agent,
        nullif(regexp_extract(labels, 'access-token:id:(\d+)', 1), '') AS token,
        nullif(regexp_extract(labels, 'ssh:id:(\d+)', 1), '') AS key
    FROM resolved
),
opened AS (
    SELECT
        *,
        last_value(CASE WHEN kind = 'open' AND status = 200 THEN f.id || f.time END IGNORE NULLS) OVER (PARTITION BY ip, person, repository, agent ORDER BY number) AS opening,
        coalesce(lead(occurred_at) OVER (PARTITION BY ip, repository, agent, left(f.id, 1) ORDER BY number), max(occurred_at) OVER () + INTERVAL 9 MINUTE) <= occurred_at + INTERVAL 10 MINUTE AS is_followed
    FROM (SELECT *, repository_path(written_repository) AS repository FROM named)
),
meant AS (
    SELECT
        * REPLACE (CASE WHEN opening IS NULL THEN token ELSE max(token) OVER (PARTITION BY ip, person, repository, agent, opening) END AS token),
        CASE
            WHEN f.time = '' AND trim(record) <> '' THEN 'event'
            WHEN f.id LIKE 'i%' OR (NOT is_ssh AND kind = 'open_push' AND status < 400) THEN 'ignored'
            WHEN is_ssh AND kind IS NOT NULL THEN 'event'
            ELSE request_class(kind, status, person, is_followed)
        END AS record_class,
        CASE
            WHEN contains(labels, ' clone,') THEN 'clone'
            WHEN contains(labels, ' fetch,') THEN 'fetch'
            WHEN contains(labels, ' push,') THEN 'push'
            WHEN contains(labels, ' refs,') OR kind = 'open' THEN CASE WHEN kind IN ('push', 'open_push') THEN 'push' ELSE 'ls_refs' END
            WHEN kind IN ('fetch', 'object') THEN 'read'
            WHEN kind = 'open_push' THEN 'push'
            WHEN kind = 'raw' THEN 'api_read'
            WHEN kind = 'odd' THEN 'other'
            ELSE kind
        END AS action
    FROM opened
)
SELECT
    record_class,
    CASE WHEN f.id = '-' THEN 'line:' || md5(source || record) ELSE concat_ws(':', 'bitbucket', source, left(f.time, 10), f.id) END AS event_id,
    occurred_at,
    coalesce(nullif(s.verb, ''), h.method || ' ' || kind) AS native_action,
    action,
    CASE WHEN action IN ('read', 'other') THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN status IS NULL OR (is_ssh AND status IN (0, 200)) THEN 'ok' WHEN is_ssh THEN 'error' ELSE http_outcome(status) END AS outcome,
    CASE WHEN starts_with(person, 'access-token-user') THEN 'bitbucket:token:' || coalesce(token, person) ELSE http_identity('bitbucket', person, ip, coalesce(status, 0)) END AS identity,
    CASE WHEN starts_with(person, 'access-token-user') THEN 'deploy_token' ELSE http_identity_kind(person, coalesce(status, 0)) END AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    CASE WHEN token IS NOT NULL THEN 'HTTP access token' WHEN is_ssh THEN 'ssh key' WHEN person IS NULL THEN '' ELSE 'password' END AS access_type,
    CASE WHEN starts_with(person, 'access-token-user') THEN 'deploy_token' WHEN token IS NOT NULL THEN 'pat' WHEN is_ssh THEN 'ssh_key' WHEN person IS NULL THEN 'none' ELSE 'password' END AS credential_kind,
    CASE WHEN starts_with(person, 'access-token-user') THEN 'deploy_token' WHEN person IS NULL THEN 'anonymous' ELSE 'personal' END AS family,
    coalesce('token:' || token, 'key:' || key) AS credential,
    coalesce(repository, '') AS repository,
    organisation(coalesce(repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    agent AS user_agent,
    CASE WHEN is_ssh THEN 'ssh' ELSE 'http' END AS protocol,
    TRY_CAST(r.bytes_out AS BIGINT) AS bytes_out,
    TRY_CAST(r.bytes_in AS BIGINT) AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN contains(labels, ' shallow') THEN 'shallow' WHEN action = 'archive' THEN 'full' WHEN action = 'ls_refs' THEN 'none' WHEN action = 'fetch' THEN 'incremental' ELSE 'unknown' END AS scope,
    CASE WHEN is_ssh THEN concat_ws(':', 'op', source, f.time, f.id) ELSE 'op:' || source || ':' || opening END AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN record_class = 'ignored' OR trim(coalesce(record, '')) = '' THEN NULL
        WHEN f.time = '' THEN 'not a line of a Bitbucket access log'
        WHEN occurred_at IS NULL THEN 'time: not one, such as 2015-03-02 05:54:25,425'
        WHEN status >= 400 THEN NULL
        WHEN kind = 'odd' THEN 'action: asks for a service of git in a way that is not understood'
        WHEN repository IS NULL THEN 'action: names no repository'
    END AS reason,
    record
FROM meant
