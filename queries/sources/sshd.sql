-- OpenSSH server with LogLevel VERBOSE, from the system log: sessions that run git by a forced command.
--
-- records: text
-- reads: whole
-- recognised by: (Starting session: (forced-command|command)|Accepted publickey for \S+ from \S+ port \d+ ssh2)
-- says: which key (by fingerprint), gitolite's name for it, address; the repository only where the forced command names it
-- never says: repository and command behind git-shell or gitolite, clone apart from fetch, bytes
-- source: sshd(8), sshd_config(5) LogLevel; FORMATS 4
--
-- A session and the key that opened it are joined by address and port. Lines
-- without a time (sshd -E) go to quarantine, for a time would be a guess. Reads
-- the relation landed(record VARCHAR, number BIGINT).
WITH part AS (
    SELECT
        record, number, n.source, syslog_time(record, n.zone, n.collected_at) AS occurred_at,
        regexp_extract(record, 'Accepted (\S+) for (\S+) from (\S+) port (\d+) ssh2(?:: \S+ (?:ID .* CA )?(SHA256:\S+|MD5:\S+))?', ['way', 'account', 'ip', 'port', 'key']) AS a,
        regexp_extract(record, 'Starting session: (forced-command \([^)]*\) ''(.*)''|command) for (\S+) from (\S+) port (\d+)', ['kind', 'command', 'account', 'ip', 'port']) AS s,
        regexp_extract(record, 'Failed (\S+) for (?:invalid user )?(\S*) from (\S+) port (\d+)(?: ssh2: \S+ (SHA256:\S+))?', ['way', 'account', 'ip', 'port', 'key']) AS d
    FROM landed
    CROSS JOIN landing_now AS n
),
told AS (
    SELECT *, coalesce(nullif(s.ip, ''), nullif(a.ip, ''), nullif(d.ip, '')) AS peer, coalesce(nullif(s.port, ''), nullif(a.port, ''), nullif(d.port, '')) AS port FROM part
),
joined AS (
    SELECT
        *,
        last_value(nullif(a.key, '') IGNORE NULLS) OVER connection AS key,
        last_value(nullif(a.way, '') IGNORE NULLS) OVER connection AS way,
        regexp_extract(s.command, 'gitolite-shell (\S+)', 1) AS gitolite,
        regexp_extract(s.command, '(git-upload-pack|git-receive-pack|git-upload-archive|git upload-pack|git receive-pack) [''"]?([^''"]+)', ['verb', 'path']) AS g
    FROM told
    WINDOW connection AS (PARTITION BY peer, port ORDER BY number)
),
named AS (
    SELECT
        *, s.kind <> '' AS is_session, d.way <> '' AS is_refused, coalesce(key, nullif(d.key, '')) AS credential,
        replace(nullif(g.verb, ''), 'git ', 'git-') AS verb, repository_path(g.path) AS repository
    FROM joined
)
SELECT
    CASE WHEN is_session OR is_refused THEN 'event' ELSE 'ignored' END AS record_class,
    concat_ws(':', 'sshd', source, md5(record), occurred_at, port) AS event_id,
    occurred_at,
    CASE WHEN is_refused THEN 'failed ' || d.way ELSE coalesce(verb, regexp_extract(s.kind, '^[a-z-]+')) END AS native_action,
    CASE verb WHEN 'git-upload-pack' THEN 'read' WHEN 'git-receive-pack' THEN 'push' WHEN 'git-upload-archive' THEN 'archive' ELSE 'other' END AS action,
    CASE verb WHEN 'git-upload-pack' THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN is_refused THEN 'denied' ELSE 'ok' END AS outcome,
    CASE
        WHEN gitolite <> '' THEN 'gitolite:' || issued_name(lower(gitolite))
        WHEN credential IS NOT NULL THEN 'ssh:' || credential
        ELSE concat_ws(':', 'ssh', 'unknown', peer)
    END AS identity,
    CASE WHEN gitolite <> '' THEN 'human' ELSE 'unknown' END AS identity_kind,
    coalesce(nullif(gitolite, ''), nullif(s.account, ''), d.account, '') AS identity_name,
    '' AS sso,
    coalesce(way, d.way, '') AS access_type,
    CASE coalesce(way, d.way) WHEN 'publickey' THEN 'ssh_key' WHEN 'password' THEN 'password' ELSE 'unknown' END AS credential_kind,
    'personal' AS family,
    credential,
    coalesce(repository, '') AS repository,
    organisation(coalesce(repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    client_address(peer) AS ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    'ssh' AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE verb WHEN 'git-upload-archive' THEN 'full' ELSE 'unknown' END AS scope,
    concat_ws(':', 'op', source, occurred_at, peer, port) AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN NOT (is_session OR is_refused) THEN NULL
        WHEN occurred_at IS NULL THEN 'time: missing; let sshd log to the system log instead of -E, or stamp its lines as they are written'
    END AS reason,
    record
FROM named
