-- Gerrit's sshd_log, as text or as JSON.
--
-- records: text
-- reads: whole
-- recognised by: ^(\[\d{4}-\d\d-\d\d[T ][^\]]+\] \S+ \[.*\] \S+ a/\d+ |\{.*"account_?[Ii]d": ?".*"message":)
-- says: who, repository, objects and bytes sent, that there was nothing to send, client, address
-- never says: clone apart from fetch
-- source: Gerrit "Logs", sshd_log; FORMATS 4
--
-- The address stands on the LOGIN line of the session. Counts of -1 mean that the
-- client was up to date. From 3.4 on the counts are quoted, "-" where there are
-- none, and processor times and memory follow the agent. Keys of JSON are written
-- with underscores. Reads the relation landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT
        record, number, n.source,
        regexp_extract(record, '^\[([^\]]+)\] (\S+) \[(.*?)\] (\S+) (?:a/(\d+)|-|\S+) (LOGIN FROM|LOGOUT|AUTH FAILURE FROM|\S+)(?: (.*))?$',
            ['time', 'session', 'thread', 'person', 'account', 'message', 'rest']) AS f,
        from_json(CASE WHEN record[1] = '{' THEN TRY_CAST(record AS JSON) END, '{"timestamp": "VARCHAR", "session": "VARCHAR", "user": "VARCHAR", "message": "VARCHAR",
            "status": "VARCHAR", "agent": "VARCHAR", "objects_total": "VARCHAR", "bytes_total": "VARCHAR", "objectsTotal": "VARCHAR", "bytesTotal": "VARCHAR"}') AS j
    FROM landed
    CROSS JOIN landing_now AS n
),
told AS (
    SELECT
        *,
        coalesce(j.session, f.session) AS session,
        coalesce(j.message, concat_ws(' ', f.message, CASE WHEN f.message LIKE '% FROM' THEN f.rest END)) AS message,
        regexp_extract(f.rest, '^(?:-?\d+ms )*''?(?:-?\d+ms )*(-?\d+) (-?\d+) (-?\d+) (-?\d+)''? (\S+)(?: (\S+))?', ['bitmap', 'deltas', 'objects', 'bytes', 'status', 'agent']) AS counted,
        regexp_extract(f.rest, '^(?:-?\d+ms )*(?:- )?(\S+)(?: (\S+))?', ['status', 'agent']) AS plain
    FROM parsed
),
joined AS (
    SELECT
        * EXCLUDE (session, message), session, message, coalesce(gerrit_time(f.time), gerrit_time(j.timestamp)) AS occurred_at,
        regexp_extract(message, '^(git-upload-pack|git-receive-pack|git-upload-archive)[. ]''?(.*?)''?$', ['verb', 'path']) AS g,
        lower(person_name(coalesce(j."user", f.person))) AS person,
        last_value(nullif(regexp_extract(message, '^LOGIN FROM (\S+)', 1), '') IGNORE NULLS) OVER (PARTITION BY session ORDER BY number) AS ip,
        regexp_extract(message, '^AUTH FAILURE FROM (\S+)', 1) AS refused,
        TRY_CAST(coalesce(j.objects_total, j.objectsTotal, counted.objects) AS BIGINT) AS objects,
        TRY_CAST(coalesce(j.bytes_total, j.bytesTotal, counted.bytes) AS BIGINT) AS bytes,
        said(coalesce(j.status, nullif(counted.status, ''), plain.status)) AS status,
        said(coalesce(j.agent, nullif(counted.agent, ''), plain.agent)) AS agent
    FROM told
),
meant AS (
    SELECT
        *, repository_path(g.path) AS repository, f.time <> '' OR coalesce(j.message IS NOT NULL, false) AS readable,
        CASE
            WHEN g.verb = 'git-upload-pack' AND objects = -1 THEN 'ls_refs'
            WHEN g.verb = 'git-upload-pack' THEN 'read'
            WHEN g.verb = 'git-receive-pack' THEN 'push'
            WHEN g.verb = 'git-upload-archive' THEN 'archive'
            WHEN refused <> '' THEN 'other'
        END AS action
    FROM joined
)
SELECT
    CASE WHEN action IS NOT NULL OR (NOT readable AND trim(record) <> '') THEN 'event' ELSE 'ignored' END AS record_class,
    concat_ws(':', 'gerrit', source, session, coalesce(nullif(f.time, ''), j.timestamp), md5(message)) AS event_id,
    occurred_at,
    CASE WHEN refused <> '' THEN 'AUTH FAILURE' ELSE g.verb END AS native_action,
    action,
    CASE WHEN action = 'read' THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN refused <> '' THEN 'denied' WHEN status IS NULL OR TRY_CAST(status AS INTEGER) = 0 THEN 'ok' WHEN status ILIKE 'not-found' THEN 'not_found' ELSE 'error' END AS outcome,
    'gerrit:' || coalesce(issued_name(person), concat_ws(':', 'unknown', coalesce(ip, nullif(refused, '')))) AS identity,
    CASE WHEN person IS NULL THEN 'unknown' ELSE 'human' END AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    'ssh key' AS access_type,
    'ssh_key' AS credential_kind,
    'personal' AS family,
    NULL::VARCHAR AS credential,
    coalesce(repository, '') AS repository,
    organisation(coalesce(repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    client_address(coalesce(ip, nullif(refused, ''))) AS ip,
    NULL::VARCHAR AS country,
    CASE WHEN refused = '' THEN agent END AS user_agent,
    'ssh' AS protocol,
    CASE WHEN bytes >= 0 THEN bytes END AS bytes_out,
    NULL::BIGINT AS bytes_in,
    CASE WHEN objects >= 0 THEN objects END AS objects,
    CASE action WHEN 'ls_refs' THEN 'none' WHEN 'archive' THEN 'full' ELSE 'unknown' END AS scope,
    concat_ws(':', 'op', source, session, coalesce(nullif(f.time, ''), j.timestamp)) AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN trim(coalesce(record, '')) = '' THEN NULL
        WHEN NOT readable THEN 'not a line of an sshd_log'
        WHEN action IS NULL THEN NULL
        WHEN occurred_at IS NULL THEN 'time: not one of an sshd_log'
        WHEN action <> 'other' AND repository IS NULL THEN 'message: names no project'
    END AS reason,
    record
FROM meant
