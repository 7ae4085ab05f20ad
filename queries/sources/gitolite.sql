-- Gitolite's own log, gitolite-YYYY-MM.log.
--
-- records: text
-- reads: whole
-- recognised by: ^\d{4}-\d\d-\d\d\.\d\d:\d\d:\d\d\t\d+\t
-- says: who by the name of the key, repository, read or written, refused, address
-- never says: clone apart from fetch or from a look that moves nothing, bytes, credential, client
-- source: gitolite 3 "log files"; FORMATS 4
--
-- The verdict (pre_git, die) is the event; the ssh or http line before it, of the
-- same process id and at most a minute older because ids recycle, has command and
-- address. Times are local: the configuration's zone. Reads the relation
-- landed(record VARCHAR, number BIGINT).
WITH part AS (
    SELECT
        record, number, p[1] AS written, p[2] AS pid, p[3] AS kind, p,
        zoned_time(replace(p[1], '.', ' '), n.zone) AS occurred_at, n.source
    FROM (SELECT *, string_split(record, chr(9)) AS p FROM landed)
    CROSS JOIN landing_now AS n
),
told AS (
    SELECT
        *,
        kind IN ('ssh', 'http') AS is_asked,
        kind IN ('pre_git', 'die') AS is_verdict,
        CASE WHEN kind IN ('ssh', 'http') THEN {
            'at': occurred_at, 'way': kind, 'person': regexp_extract(record, '\tARGV=([^\t]*)', 1),
            'verb': nullif(regexp_extract(record, '\tSOC=(git-[a-z-]+) ', 1), ''),
            'repository': regexp_extract(record, '\tSOC=git-[a-z-]+ ''?([^\t'']*)', 1), 'ip': regexp_extract(record, '\tFROM=([^\t]*)', 1)} END AS asked,
        regexp_extract(p[4], '^([RWCD+-]\S*) \S+ (\S+) (\S+) DENIED', ['access', 'repository', 'person']) AS died
    FROM part
),
joined AS (
    SELECT
        *,
        last_value(asked IGNORE NULLS) OVER in_process AS before,
        count(CASE WHEN is_verdict THEN 1 END) OVER (in_process ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS verdicts,
        max(occurred_at) OVER () AS log_end
    FROM told
    WINDOW in_process AS (PARTITION BY pid ORDER BY number)
),
named AS (
    SELECT
        * EXCLUDE (before, asked),
        CASE WHEN before.at >= occurred_at - INTERVAL 1 MINUTE THEN before END AS asked,
        is_asked AND verdicts = 0 AND log_end > occurred_at + INTERVAL 1 MINUTE AND before.verb IS NOT NULL AS is_unanswered
    FROM joined
),
meant AS (
    SELECT
        *,
        repository_path(CASE kind WHEN 'pre_git' THEN p[4] WHEN 'die' THEN coalesce(nullif(died.repository, ''), asked.repository) ELSE asked.repository END) AS repository,
        lower(person_name(CASE kind WHEN 'pre_git' THEN p[5] WHEN 'die' THEN coalesce(nullif(died.person, ''), asked.person) ELSE asked.person END)) AS person,
        coalesce(asked.verb, CASE left(CASE kind WHEN 'pre_git' THEN p[6] ELSE died.access END, 1) WHEN 'R' THEN 'git-upload-pack' WHEN 'W' THEN 'git-receive-pack' END) AS verb,
        is_unanswered OR kind = 'pre_git' OR (kind = 'die' AND (asked.verb IS NOT NULL OR died.repository <> '')) AS is_event
    FROM named
)
SELECT
    CASE WHEN is_event OR (occurred_at IS NULL AND trim(record) <> '') THEN 'event' ELSE 'ignored' END AS record_class,
    concat_ws(':', 'gitolite', source, written, pid, kind, repository) AS event_id,
    occurred_at,
    coalesce(verb, kind) AS native_action,
    CASE verb WHEN 'git-upload-pack' THEN 'read' WHEN 'git-receive-pack' THEN 'push' WHEN 'git-upload-archive' THEN 'archive' ELSE 'other' END AS action,
    CASE WHEN verb = 'git-upload-pack' THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN kind = 'pre_git' THEN 'ok' WHEN died.repository <> '' THEN 'denied' ELSE 'error' END AS outcome,
    'gitolite:' || CASE
        -- Over HTTP it calls those without a name so (HTTP_ANON_USER); over SSH it is a key's name.
        WHEN person = 'anonymous' AND asked.way IS DISTINCT FROM 'ssh' THEN 'anonymous'
        ELSE coalesce(issued_name(person), concat_ws(':', 'unknown', asked.ip))
    END AS identity,
    CASE WHEN person = 'anonymous' AND asked.way IS DISTINCT FROM 'ssh' THEN 'anonymous' WHEN person IS NULL THEN 'unknown' ELSE 'human' END AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    CASE asked.way WHEN 'ssh' THEN 'ssh key' ELSE coalesce(asked.way, '') END AS access_type,
    CASE asked.way WHEN 'ssh' THEN 'ssh_key' WHEN 'http' THEN 'password' ELSE 'unknown' END AS credential_kind,
    CASE WHEN person = 'anonymous' AND asked.way IS DISTINCT FROM 'ssh' THEN 'anonymous' ELSE 'personal' END AS family,
    NULL::VARCHAR AS credential,
    coalesce(repository, '') AS repository,
    organisation(coalesce(repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    client_address(asked.ip) AS ip,
    NULL::VARCHAR AS country,
    NULL::VARCHAR AS user_agent,
    asked.way AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN verb = 'git-upload-archive' THEN 'full' ELSE 'unknown' END AS scope,
    -- Over HTTP one operation is several processes.
    CASE WHEN asked.way = 'ssh' THEN concat_ws(':', 'op', source, written, pid) END AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN trim(coalesce(record, '')) = '' THEN NULL
        WHEN occurred_at IS NULL THEN 'time: not one of gitolite, such as 2026-11-22.08:57:11'
        WHEN is_event AND repository IS NULL THEN 'repository: missing'
    END AS reason,
    record
FROM meant
