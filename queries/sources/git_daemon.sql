-- git daemon --verbose, from the system log or with its lines stamped.
--
-- records: text
-- reads: whole
-- recognised by: \[\d+\]:? (Request (upload-pack|upload-archive|receive-pack) for |Connection from \S+:\d+)
-- says: repository, address, that it does not exist
-- never says: who, clone apart from fetch or from a look that moves nothing, bytes, client
-- source: git-daemon(1); FORMATS 4
--
-- Without --syslog the daemon writes no time: such lines go to quarantine, for a
-- time would be a guess. Its lines are joined by process id, which recycles: a
-- connection begins anew at "Connection from". Reads the relation
-- landed(record VARCHAR, number BIGINT).
WITH part AS (
    SELECT
        record, number, n.source, syslog_time(record, n.zone, n.collected_at) AS occurred_at,
        regexp_extract(record, '\[(\d+)\]:? (Connection from |Extended attribute |Request |Disconnected|''|Ready to rumble|.*: )(.*)$', ['pid', 'kind', 'rest']) AS f,
        -- The parent tells of its children's ends.
        regexp_extract(record, '\[\d+\]:? \[(\d+)\] Disconnected(.*)$', ['child', 'how']) AS gone
    FROM landed
    CROSS JOIN landing_now AS n
),
told AS (
    SELECT
        *, coalesce(nullif(gone.child, ''), f.pid) AS pid, f.kind = 'Request ' AS is_request,
        CASE f.kind WHEN 'Connection from ' THEN f.rest END AS peer,
        CASE WHEN gone.how LIKE '%error%' THEN 'error' WHEN record LIKE '%not appear to be a git repository%' OR record LIKE '%no such%' THEN 'not_found'
            WHEN record LIKE '%access denied%' OR record LIKE '%service not enabled%' OR record LIKE '%not exported%' THEN 'denied' END AS failed
    FROM part
),
counted AS (
    SELECT *, count(peer) OVER (PARTITION BY pid ORDER BY number) AS connection FROM told
),
joined AS (
    SELECT
        *,
        first_value(peer IGNORE NULLS) OVER (PARTITION BY pid, connection ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS address,
        first_value(failed IGNORE NULLS) OVER (PARTITION BY pid, connection ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS failure,
        regexp_extract(f.rest, '^(\S+) for ''(.*)''$', ['service', 'path']) AS r
    FROM counted
)
SELECT
    CASE WHEN is_request THEN 'event' ELSE 'ignored' END AS record_class,
    concat_ws(':', 'git-daemon', source, md5(record), address) AS event_id,
    occurred_at,
    'git ' || r.service AS native_action,
    CASE r.service WHEN 'upload-pack' THEN 'read' WHEN 'upload-archive' THEN 'archive' WHEN 'receive-pack' THEN 'push' ELSE 'other' END AS action,
    CASE r.service WHEN 'upload-pack' THEN 'inferred' ELSE 'reported' END AS action_basis,
    coalesce(failure, 'ok') AS outcome,
    'git:anonymous' AS identity,
    'anonymous' AS identity_kind,
    '' AS identity_name,
    '' AS sso,
    '' AS access_type,
    'none' AS credential_kind,
    'anonymous' AS family,
    NULL::VARCHAR AS credential,
    coalesce(repository_path(r.path), '') AS repository,
    organisation(coalesce(repository_path(r.path), '')) AS org,
    NULL::BOOLEAN AS is_public,
    client_address(regexp_replace(address, ':\d+$', '')) AS ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    'git' AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE r.service WHEN 'upload-archive' THEN 'full' ELSE 'unknown' END AS scope,
    concat_ws(':', 'op', source, pid, address, md5(record)) AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN NOT is_request THEN NULL
        WHEN occurred_at IS NULL THEN 'time: missing; run git daemon with --syslog, or stamp its lines as they are written'
        WHEN repository_path(r.path) IS NULL THEN 'repository: missing'
    END AS reason,
    record
FROM joined
