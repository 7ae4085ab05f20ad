-- What each source gave on a night against its own rhythm, and which hours were blind.
--
-- An hour is blind when the source gave less than a fifth of the median of the
-- same hour of the week in the eight weeks before, and that median is at least
-- 20 records (THREATS 2, A11). A source that gives nothing on a day on which it
-- always gave something is blind for the day. NULL means there is no rhythm yet.
CREATE OR REPLACE MACRO source_coverage(night DATE) AS TABLE
WITH hours AS (
    SELECT source_id, hour_at, sum(records) AS records, sum(with_address) AS with_address, sum(with_credential) AS with_credential
    FROM source_hour
    WHERE hour_at >= night::TIMESTAMP - INTERVAL 56 DAY AND hour_at < night::TIMESTAMP + INTERVAL 1 DAY
    GROUP BY source_id, hour_at
),
weeks AS (
    SELECT s.source_id, h.hour, w.week,
        coalesce((SELECT any_value(records) FROM hours AS x WHERE x.source_id = s.source_id AND x.hour_at = night::TIMESTAMP + to_hours(h.hour) - to_days((7 * w.week)::INTEGER)), 0) AS records
    FROM source AS s
    CROSS JOIN (SELECT unnest(range(24)) AS hour) AS h
    CROSS JOIN (SELECT unnest(range(1, 9)) AS week) AS w
    -- Only weeks after the source began.
    WHERE night::TIMESTAMP - to_days((7 * w.week)::INTEGER) >= (SELECT min(hour_at) FROM hours AS x WHERE x.source_id = s.source_id)
),
usual AS (
    SELECT source_id, hour, median(records) AS median_records FROM weeks GROUP BY source_id, hour
),
tonight AS (
    SELECT source_id, hour(hour_at) AS hour, records, with_address, with_credential FROM hours WHERE hour_at >= night::TIMESTAMP
)
SELECT
    s.name AS source, s.format,
    coalesce(sum(t.records), 0)::BIGINT AS records,
    sum(u.median_records)::DOUBLE AS usual_records,
    count(*) FILTER (WHERE u.median_records >= 20 AND coalesce(t.records, 0) < 0.2 * u.median_records) AS blind_hours,
    coalesce(sum(t.with_address), 0)::BIGINT AS with_address,
    coalesce(sum(t.with_credential), 0)::BIGINT AS with_credential
FROM source AS s
CROSS JOIN (SELECT unnest(range(24)) AS hour) AS h
LEFT JOIN usual AS u ON u.source_id = s.source_id AND u.hour = h.hour
LEFT JOIN tonight AS t ON t.source_id = s.source_id AND t.hour = h.hour
GROUP BY s.name, s.format
ORDER BY s.name;
