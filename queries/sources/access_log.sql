-- Access log of a web server before git: nginx or Apache in the combined format, cgit, gitweb.
--
-- records: text
-- means: requests
-- recognised by: ^\S.* \[[^\]]+\] "[A-Z]+ \S*((?i)(git|%67%69%74)(-|%2d)(upload|receive)|service=|/info/ref|/snapshot/|a=snapshot|\.git/)\S* HTTP/[0-9.]+" \d{3}
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
worded AS (
    SELECT *, f.first AS first, f.middle AS middle FROM parsed
),
told AS (
    SELECT
        *,
        access_who(first, middle) AS who,
        regexp_extract(f.request, '^(\S+) (.*?)(?: (HTTP/[0-9.]+))?$', ['method', 'target', 'http']) AS r,
        regexp_extract(f.rest, '^ (\d+|-) "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"(?: "([^"]*)")?(?: (\d+) (\d+))?', ['bytes', 'agent', 'forwarded', 'bytes_in', 'bytes_all']) AS combined,
        -- Gitea 1.15 to 1.17 wrote referrer and agent within one pair of quotes (go-gitea/gitea 16600).
        regexp_extract(f.rest, '^ (?:\d+|-) ".*?\\" \\"(.*)"$', 1) AS merged_agent,
        regexp_extract(f.rest, '^ (\d+|-) (\d+|-) \d+ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"', ['bytes_in', 'bytes_all', 'agent', 'version']) AS counted
    FROM worded
),
named AS (
    SELECT *, r.target AS target, who.name AS name, who.peer AS peer, coalesce(said(combined.forwarded), who.forwarded) AS forwarded, access_time(f.time) AS occurred_at FROM told
)
SELECT
    record, number, 'http' AS forge,
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    f.status <> '' AND NOT coalesce(who.is_shifted, false) AS is_line,
    CASE
        WHEN f.status = '' OR who.is_shifted THEN 'not a line of an access log'
        WHEN occurred_at IS NULL THEN 'time: not one of an access log, such as [22/Nov/2026:08:55:18 +0000]'
    END AS trouble,
    r.method, target, r.http, TRY_CAST(f.status AS INTEGER) AS status,
    lower(person_name(unescaped(name))) AS person, true AS has_names,
    forwarded_address(peer, forwarded) AS ip,
    said(coalesce(nullif(combined.agent, ''), nullif(counted.agent, ''), merged_agent)) AS agent,
    CASE WHEN counted.bytes_in <> '' THEN coalesce(said(counted.version), '') END AS git_protocol,
    -- Apache's %O counts the headers of the answer too, 290 bytes for git-http-backend's.
    coalesce(
        CASE WHEN TRY_CAST(counted.bytes_all AS BIGINT) IS NOT NULL THEN greatest(TRY_CAST(counted.bytes_all AS BIGINT) - 290, 0) END,
        TRY_CAST(regexp_extract(f.rest, '^ (\d+)', 1) AS BIGINT),
        CASE WHEN starts_with(f.rest, ' -') THEN 0 END) AS bytes_out,
    coalesce(TRY_CAST(combined.bytes_in AS BIGINT), TRY_CAST(counted.bytes_in AS BIGINT)) AS bytes_in,
    NULL::VARCHAR AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM named
CROSS JOIN landing_now AS n
