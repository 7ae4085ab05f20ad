-- What requests over HTTP mean, for every format whose header says "means: requests".
--
-- A format gives the relation request, a row a record: record, number (the order), forge
-- (the first part of identities), event_id, occurred_at, is_line (it could be taken
-- apart), trouble (the reason where it could not, or has no time), method and target as
-- they were sent, http (the version), status, person (NULL: no name; with has_names, or
-- else the log does not say who), ip, agent, git_protocol, bytes_out, bytes_in. Where a
-- record tells of no request over HTTP, kind, path_named (the repository) and ssh_key are
-- given instead, else they are NULL. What follows is the same for all of them.
WITH resolved AS (
    SELECT *, request_path(target) AS path, request_parameters(target) AS parameters FROM request
),
asked AS (
    SELECT
        * REPLACE (coalesce(kind, resolved_kind(method, path, parameters)) AS kind),
        coalesce(path_named, path_repository(path, parameters)) AS written_repository,
        CASE WHEN has_names THEN status END AS known_status
    FROM resolved
),
named AS (
    SELECT *, coalesce(CASE forge
        WHEN 'http' THEN without_served_folder(written_repository)
        WHEN 'gerrit' THEN regexp_replace(written_repository, '^a/(.+)$', '\1')
        ELSE written_repository
    END, '') AS repository FROM asked
),
-- A conversation is what one client asks of one repository from an answered opening request on.
opened AS (
    SELECT
        *,
        count(CASE WHEN kind IN ('open', 'open_push') AND status = 200 THEN 1 END) OVER (PARTITION BY ip, person, repository, agent ORDER BY number) AS opening,
        -- Ten minutes, because a person may have to type a password.
        coalesce(lead(occurred_at) OVER (PARTITION BY ip, repository, agent ORDER BY number), max(occurred_at) OVER () + INTERVAL 9 MINUTE) <= occurred_at + INTERVAL 10 MINUTE AS is_followed
    FROM named
),
placed AS (
    SELECT
        *,
        CASE WHEN ssh_key IS NOT NULL THEN 'op:' || event_id WHEN opening > 0 THEN 'op:' || first_value(event_id) OVER talk END AS session_key,
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
        CASE WHEN ssh_key IS NOT NULL AND kind = 'fetch' THEN 'read' ELSE request_action(kind, status, version, place, posts, bytes_out, size_action(agent, http, version, opening_length, bytes_in, listed_bytes)) END AS action
    FROM placed
)
SELECT
    CASE WHEN is_line THEN record_class WHEN trim(record) <> '' THEN 'event' ELSE 'ignored' END AS record_class,
    event_id,
    occurred_at,
    CASE WHEN ssh_key IS NOT NULL THEN 'serv ' || kind ELSE request_basis(kind, method, action) END AS native_action,
    action,
    CASE WHEN kind IN ('fetch', 'object', 'odd') THEN 'inferred' ELSE 'reported' END AS action_basis,
    http_outcome(status) AS outcome,
    CASE WHEN ssh_key IS NOT NULL THEN forge || ':' || ssh_key ELSE http_identity(forge, person, ip, known_status) END AS identity,
    CASE WHEN ssh_key IS NOT NULL THEN 'unknown' ELSE http_identity_kind(person, known_status) END AS identity_kind,
    CASE WHEN ssh_key IS NOT NULL THEN ssh_key WHEN is_token(person) THEN '' ELSE coalesce(person, '') END AS identity_name,
    '' AS sso,
    CASE WHEN ssh_key IS NOT NULL THEN 'ssh key' WHEN person IS NULL THEN '' WHEN forge = 'gerrit' THEN 'HTTP password' ELSE 'basic authentication' END AS access_type,
    CASE WHEN ssh_key IS NOT NULL THEN 'ssh_key' WHEN person IS NULL THEN CASE WHEN has_names THEN 'none' ELSE 'unknown' END WHEN is_token(person) OR is_conventional_name(person) THEN 'pat' ELSE 'password' END AS credential_kind,
    CASE WHEN person IS NULL AND has_names AND ssh_key IS NULL THEN 'anonymous' ELSE 'personal' END AS family,
    coalesce(ssh_key, CASE WHEN is_token(person) THEN 'digest:' || token_name(person) END) AS credential,
    repository,
    organisation(repository) AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    CASE WHEN ssh_key IS NULL THEN agent END AS user_agent,
    CASE WHEN ssh_key IS NOT NULL THEN 'ssh' ELSE 'http' END AS protocol,
    bytes_out,
    bytes_in,
    NULL::BIGINT AS objects,
    CASE action WHEN 'archive' THEN 'full' WHEN 'ls_refs' THEN 'none' ELSE 'unknown' END AS scope,
    session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN trim(coalesce(record, '')) = '' OR is_line AND kind IS NULL THEN NULL
        WHEN trouble IS NOT NULL THEN trouble
        -- What was refused names none at times, and is kept as what was tried.
        WHEN coalesce(status, 200) >= 400 OR record_class = 'ignored' THEN NULL
        WHEN kind = 'odd' THEN 'request: asks for a service of git in a way that is not understood'
        -- An API may name it by a number.
        WHEN repository = '' AND NOT coalesce(is_api_path(path), false) THEN 'request: names no repository'
    END AS reason,
    record
FROM judged
