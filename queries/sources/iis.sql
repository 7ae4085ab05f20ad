-- Log of Microsoft's IIS in the W3C extended format, before git or as a proxy of it.
--
-- records: text
-- means: requests
-- reads: whole
-- recognised by: once ^#Fields: .*\bcs-(uri-stem|method)\b
-- says: what its columns say: who where IIS itself asked for the name, address, client, sizes
-- never says: who where what stands behind IIS asks for the name; clone apart from fetch; what happens over SSH
-- source: Microsoft "W3C Extended Log File Format (IIS 6.0)", "Log Files for a Web Site"; W3C "Extended Log File Format"
--
-- The line #Fields: before a record says which columns it has. A value has no blank (IIS
-- writes a plus sign), so a record with more or fewer values than columns is not one. The
-- stem of a path is decoded already. Times are in UTC. Reads landed(record VARCHAR, number BIGINT).
WITH headed AS (
    SELECT
        record, number, starts_with(record, '#') AS is_head,
        last_value(CASE WHEN starts_with(record, '#Fields:') THEN string_split(trim(regexp_replace(lower(substr(record, 9)), '\s+', ' ', 'g')), ' ') END IGNORE NULLS) OVER (ORDER BY number) AS columns,
        string_split(rtrim(record), ' ') AS cells
    FROM landed
),
matched AS (
    SELECT *, coalesce(len(columns) = len(cells), false) AS fits FROM headed
),
told AS (
    SELECT
        record, number, is_head, fits, columns,
        map_from_entries(CASE WHEN fits AND len(list_distinct(columns)) = len(columns) THEN list_zip(columns, cells) ELSE [] END) AS f
    FROM matched
),
named AS (
    SELECT
        *, person_name(f['cs-username']) AS name, TRY_CAST(said(f['date']) || ' ' || f['time'] AS TIMESTAMP) AS occurred_at,
        -- What is a question mark in a decoded path would begin a query in a target.
        replace(replace(f['cs-uri-stem'], '?', '%3F'), '#', '%23') || coalesce('?' || said(f['cs-uri-query']), '') AS target,
        coalesce(f['cs-uri-stem'] IS NOT NULL AND f['sc-status'] IS NOT NULL, false) AS is_request
    FROM told
)
SELECT
    record, number, 'http' AS forge,
    'line:' || md5(n.source || record) || ':' || row_number() OVER (PARTITION BY record ORDER BY number) AS event_id,
    occurred_at,
    is_head OR is_request AS is_line,
    CASE
        WHEN is_head THEN NULL
        WHEN columns IS NULL THEN 'the line #Fields: is missing, which says what the columns are'
        WHEN NOT fits THEN 'not as many values as the line #Fields: has names'
        WHEN NOT is_request THEN 'the line #Fields: does not have both cs-uri-stem and sc-status'
        WHEN occurred_at IS NULL THEN 'time: not one in the columns date and time'
    END AS trouble,
    upper(f['cs-method']) AS method, target, f['cs-version'] AS http, TRY_CAST(f['sc-status'] AS INTEGER) AS status,
    lower(replace(name, '+', ' ')) AS person, name IS NOT NULL AS has_names,
    forwarded_address(f['c-ip'], replace(coalesce(f['x-forwarded-for'], f['cs(x-forwarded-for)']), '+', ' ')) AS ip,
    replace(said(f['cs(user-agent)']), '+', ' ') AS agent,
    NULL::VARCHAR AS git_protocol,
    TRY_CAST(f['sc-bytes'] AS BIGINT) AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::VARCHAR AS kind, NULL::VARCHAR AS path_named, NULL::VARCHAR AS ssh_key
FROM named
CROSS JOIN landing_now AS n
