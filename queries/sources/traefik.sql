-- Traefik's access log, as JSON or in its own common log format.
--
-- records: text
-- means: requests
-- recognised by: ^\{(?:[^"]|"(?:[^"\\]|\\.)*")*?"(Downstream|Origin)Status": ?"?\d|" (\d+|-) ("[^"]*"|-) ("[^"]*"|-) \d+ms$
-- rather than: access_log
-- says: who where Traefik itself asked for the name, address, response size; the client where JSON keeps its header
-- never says: who where what stands behind Traefik asks for the name; clone apart from fetch; what happens over SSH
-- source: Traefik "Logs and access logs", "Format", "Available fields"; FORMATS 4.1
--
-- A name that is missing says nothing, because what stands behind Traefik may have
-- asked for one. ClientHost is what a proxy forwarded where Traefik took it, and
-- ClientAddr is who came. The common format does not escape quotes in a query, a
-- referrer or an agent: a target has no blank, so the first that ends in a version
-- and a status is the request, and what Traefik adds is read from the end. Reads
-- landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, number, from_json(CASE WHEN record[1] = '{' THEN TRY_CAST(record AS JSON) END, '{
        "StartUTC": "VARCHAR", "time": "VARCHAR", "ClientAddr": "VARCHAR", "ClientHost": "VARCHAR", "ClientUsername": "VARCHAR", "RequestMethod": "VARCHAR", "RequestPath": "VARCHAR",
        "RequestProtocol": "VARCHAR", "DownstreamStatus": "VARCHAR", "OriginStatus": "VARCHAR", "DownstreamContentSize": "VARCHAR", "OriginContentSize": "VARCHAR",
        "request_User-Agent": "VARCHAR", "request_Git-Protocol": "VARCHAR"}') AS f,
        regexp_extract(record, '^([^\s,"]+(?:, ?[^\s,"]+)*) - (.*?) \[(\d\d?/[A-Z][a-z]{2}/\d{4}:[^\]"]*)\] "(\S+) (\S*) (HTTP/[0-9.]+|-)" (\d{3}|-) (\d+|-) (.*) (?:\d+|-) (?:"[^"]*"|-) (?:"[^"]*"|-) \d+ms$',
            ['host', 'name', 'time', 'method', 'target', 'http', 'status', 'bytes', 'words']) AS l
    FROM landed
),
told AS (
    SELECT
        *, f.RequestPath IS NOT NULL AS is_json, regexp_extract(l.words, '^(?:-|"[^"]*"|".*") "(.*)"$', 1) AS agent,
        coalesce(said(f.ClientUsername), CASE WHEN l.time <> '' THEN person_name(l.name) END) AS name,
        coalesce(utc_time(coalesce(said(f.StartUTC), said(f."time"))), access_time(nullif(l.time, ''))) AS occurred_at
    FROM parsed
)
SELECT
    record, number, 'http' AS forge,
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    is_json OR l.time <> '' AS is_line,
    CASE
        WHEN NOT is_json AND l.time = '' THEN 'not a line of Traefik''s access log'
        WHEN occurred_at IS NULL THEN 'field StartUTC: not a time'
    END AS trouble,
    coalesce(f.RequestMethod, l.method) AS method, coalesce(f.RequestPath, l.target) AS target, coalesce(f.RequestProtocol, l.http) AS http,
    TRY_CAST(coalesce(f.DownstreamStatus, f.OriginStatus, l.status) AS INTEGER) AS status,
    lower(name) AS person, name IS NOT NULL AS has_names,
    CASE WHEN f.ClientAddr IS NOT NULL THEN forwarded_address(bare_address(f.ClientAddr), f.ClientHost) ELSE client_address(coalesce(f.ClientHost, l.host)) END AS ip,
    said(coalesce(f."request_User-Agent", nullif(agent, ''))) AS agent,
    f."request_Git-Protocol" AS git_protocol,
    TRY_CAST(coalesce(f.DownstreamContentSize, f.OriginContentSize, l.bytes) AS BIGINT) AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::VARCHAR AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM told
CROSS JOIN landing_now AS n
