-- Access log of an Application Load Balancer of AWS, as it is kept in S3.
--
-- records: text
-- means: requests
-- recognised by: ^(https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT\S+Z \S+ \S+ \S+ -?[\d.]+ -?[\d.]+ -?[\d.]+ (\d+|-) (\d+|-) \d+ \d+ "
-- says: address, client, sizes with headers, that it was refused
-- never says: who, clone apart from fetch, what happens over SSH
-- source: AWS "Access logs for your Application Load Balancer", "Access log entries"
--
-- A target has no blank, so the first that ends in a version and a quote is the request,
-- and what stands behind the agent is read from its end. Reads landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT
        record, number,
        regexp_extract(record, '^(?:https?|h2|grpcs|wss?) (\d{4}-\d\d-\d\dT\S+Z) \S+ (\S+) \S+ -?[\d.]+ -?[\d.]+ -?[\d.]+ (\d+|-) (?:\d+|-) (\d+) (\d+) "(\S+) (\S+) (\S+?) ?" (.*)$',
            ['time', 'client', 'status', 'received', 'sent', 'method', 'target', 'http', 'rest']) AS f
    FROM landed
),
told AS (
    SELECT
        *, utc_time(nullif(f.time, '')) AS occurred_at,
        regexp_extract(f.rest, '^"(.*)" \S+ \S+ (?:arn:\S+|-) "', 1) AS agent
    FROM parsed
)
SELECT
    record, number, 'http' AS forge,
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    f.time <> '' AS is_line,
    CASE WHEN f.time = '' THEN 'not an entry of a load balancer''s access log' WHEN occurred_at IS NULL THEN 'time: not one in ISO 8601' END AS trouble,
    f.method, f.target, f.http, TRY_CAST(f.status AS INTEGER) AS status,
    NULL::VARCHAR AS person, false AS has_names,
    client_address(f.client) AS ip,
    said(nullif(agent, '')) AS agent,
    NULL::VARCHAR AS git_protocol,
    TRY_CAST(f.sent AS BIGINT) AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::VARCHAR AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM told
CROSS JOIN landing_now AS n
