-- GitHub Enterprise Server's own logs of git: babeld.log, and gitauth.log of who was let in.
--
-- records: text
-- recognised by: \bbabeld(\[\d+\])?: ts=\S+ |^ts=\S+ pid=\d+ tid=\d+ version=\S+ proto=(http|ssh|git) |\b(gitauth|github_gitauth)\b.* (fingerprint|path|repo|member|action)=
-- says: login, repository, address, client and the key's fingerprint as far as a release writes them
-- never says: clone apart from fetch; its audit log does (format github)
-- source: GitHub Enterprise Server "About system logs"; FORMATS 1.6
--
-- Each line is "key=value" with values in quotes where they have blanks. GitHub does not
-- document the keys, so several names are taken for one thing. The client chooses the
-- values of http_url, http_ua and msg, and may write text there that looks like other
-- keys: a line that does not keep to this form to its end, or that has a key twice, goes
-- into quarantine. Reads landed(record VARCHAR, number BIGINT).
WITH cut AS (
    SELECT
        record, number, n.source,
        regexp_extract(record, '^(?:<\d+>)?\d* ?(?:(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ \S+?(?:\[\d+\])?: )?(\S.*?)\s*$', 1) AS line,
        syslog_time(record, n.zone, n.collected_at) AS logged_at
    FROM landed
    CROSS JOIN landing_now AS n
),
split AS (
    SELECT *, regexp_extract_all(line, '([A-Za-z_][\w.:-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)', 1) AS keys, regexp_extract_all(line, '([A-Za-z_][\w.:-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)', 2) AS cells FROM cut
),
checked AS (
    SELECT
        *, regexp_full_match(line, '(?:[A-Za-z_][\w.:-]*=(?:"(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$))+') AS is_line,
        len(list_distinct(keys)) < len(keys) AS is_shifted
    FROM split
),
told AS (
    SELECT
        *, map_from_entries(CASE WHEN is_line AND NOT is_shifted THEN list_zip(keys, list_transform(cells, lambda cell: CASE WHEN cell[1] = '"' THEN replace(replace(cell[2:-2], '\"', '"'), '\\', '\') ELSE cell END)) ELSE [] END) AS f
    FROM checked
),
named AS (
    SELECT
        *,
        coalesce(utc_time(coalesce(said(f['ts']), said(f['now']), said(f['time']))), logged_at) AS occurred_at,
        coalesce(said(f['http_url']), '') AS target, upper(coalesce(said(f['http_method']), said(f['method']))) AS method,
        lower(concat_ws(' ', f['cmd'], f['command'], f['op'], f['git_op'], f['action'], f['service'], f['request'])) AS asked,
        -- "user:17:4:ada": its number, a length and its login.
        lower(person_name(regexp_replace(coalesce(said(f['user']), said(f['member']), said(f['login']), said(f['current_user']), ''), '^user:\d+:(\d+:)?', ''))) AS person,
        coalesce(said(f['repo']), said(f['repository']), said(f['path'])) AS written,
        forwarded_address(coalesce(f['ip'], f['remote_ip'], f['client_ip'], f['remote_address']), coalesce(f['xff_ip'], f['forwarded_for'])) AS ip,
        TRY_CAST(coalesce(said(f['http_status']), said(f['status']), said(f['code'])) AS INTEGER) AS status,
        said(coalesce(f['fingerprint'], f['public_key_fingerprint'])) AS fingerprint
    FROM told
),
resolved AS (
    SELECT *, request_path(target) AS path, request_parameters(target) AS parameters FROM named
),
acted AS (
    SELECT
        *,
        coalesce(repository_path(written), path_repository(path, parameters)) AS repository,
        coalesce(
            CASE WHEN regexp_matches(asked, 'upload-archive') THEN 'archive' WHEN regexp_matches(asked, 'receive-?pack|\bpush\b|\bwrite\b') THEN 'push' WHEN regexp_matches(asked, 'upload-?pack|\b(fetch|clone|pull|read)\b') THEN 'read' END,
            CASE resolved_kind(coalesce(method, CASE WHEN ends_with(path, '-pack') THEN 'POST' ELSE 'GET' END), path, parameters) WHEN 'open' THEN 'ls_refs' WHEN 'fetch' THEN 'read' WHEN 'object' THEN 'read' WHEN 'open_push' THEN 'push' WHEN 'push' THEN 'push' WHEN 'archive' THEN 'archive' WHEN 'raw' THEN 'api_read' WHEN 'odd' THEN 'other' END,
            CASE WHEN written IS NOT NULL THEN 'other' END) AS action
    FROM resolved
),
meant AS (
    SELECT
        *,
        -- git asks without a name first, and again with one (request.sql has the same rule).
        status = 401 AND person IS NULL
            AND coalesce(lead(occurred_at) OVER (PARTITION BY ip, repository ORDER BY number), max(occurred_at) OVER () + INTERVAL 9 MINUTE) <= occurred_at + INTERVAL 10 MINUTE AS is_probe
    FROM acted
)
SELECT
    CASE WHEN trim(coalesce(record, '')) = '' OR is_line AND NOT is_shifted AND (action IS NULL OR coalesce(is_probe, false)) THEN 'ignored' ELSE 'event' END AS record_class,
    'line:' || md5(source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    coalesce(nullif(left(trim(asked), 100), ''), said(f['proto']) || ' ' || action, 'git') AS native_action,
    coalesce(action, 'other') AS action,
    CASE WHEN action IN ('read', 'other') THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN coalesce(status, 0) IN (0, 200) THEN CASE WHEN f['log_level'] ILIKE 'err%' THEN 'error' ELSE 'ok' END ELSE http_outcome(status) END AS outcome,
    CASE WHEN person IS NULL AND fingerprint IS NOT NULL THEN 'github:unknown:' || fingerprint ELSE http_identity('github', person, ip, NULL) END AS identity,
    http_identity_kind(person, NULL) AS identity_kind,
    CASE WHEN is_token(person) THEN '' ELSE coalesce(person, '') END AS identity_name,
    '' AS sso,
    CASE WHEN fingerprint IS NOT NULL OR f['proto'] = 'ssh' THEN 'ssh key' ELSE '' END AS access_type,
    CASE WHEN fingerprint IS NOT NULL OR f['proto'] = 'ssh' THEN 'ssh_key' ELSE 'unknown' END AS credential_kind,
    'personal' AS family,
    fingerprint AS credential,
    coalesce(repository, '') AS repository,
    organisation(coalesce(repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    ip,
    NULL::VARCHAR AS country,
    said(coalesce(f['http_ua'], f['user_agent'])) AS user_agent,
    lower(said(f['proto'])) AS protocol,
    TRY_CAST(coalesce(f['client_sent'], f['bytes_sent'], f['fs_recv']) AS BIGINT) AS bytes_out,
    TRY_CAST(coalesce(f['client_recv'], f['bytes_received']) AS BIGINT) AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action = 'ls_refs' THEN 'none' WHEN action = 'archive' THEN 'full' ELSE 'unknown' END AS scope,
    'op:' || source || ':' || said(coalesce(f['id'], f['request_id'])) AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN trim(coalesce(record, '')) = '' THEN NULL
        WHEN NOT is_line THEN 'not a line of keys and values to its end'
        WHEN is_shifted THEN 'a key is there twice, so that one may be a client''s'
        WHEN action IS NULL THEN NULL
        WHEN occurred_at IS NULL THEN 'field ts: missing or not a time'
        WHEN coalesce(status, 200) >= 400 THEN NULL
        WHEN repository IS NULL THEN 'fields repo and http_url: name no repository'
    END AS reason,
    record
FROM meant
