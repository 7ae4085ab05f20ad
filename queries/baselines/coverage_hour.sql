-- What each source gave in each hour of a night against the same hour of the week before.
--
-- An hour is blind when the source gave less than a fifth of the median of the
-- same hour of the week in the eight weeks before, and that median is at least
-- 20 records (THREATS 2, A11). usual_records is NULL where there is no rhythm
-- yet: the source began less than a week before.
CREATE OR REPLACE MACRO source_hour_coverage(night DATE) AS TABLE
WITH hours AS (
    SELECT source_id, hour_at, sum(records) AS records, sum(with_address) AS with_address, sum(with_credential) AS with_credential
    FROM source_hour
    WHERE hour_at >= night::TIMESTAMP - INTERVAL 56 DAY AND hour_at < night::TIMESTAMP + INTERVAL 1 DAY
    GROUP BY source_id, hour_at
),
began AS (SELECT source_id, min(hour_at) AS began_at FROM source_hour GROUP BY source_id),
-- The same hours of the eight weeks before, as far as the source had begun.
grid AS (
    SELECT b.source_id, h.hour, night::TIMESTAMP + to_hours(h.hour) - to_days((7 * w.week)::INTEGER) AS hour_at
    FROM began AS b
    CROSS JOIN (SELECT unnest(range(24)) AS hour) AS h
    CROSS JOIN (SELECT unnest(range(1, 9)) AS week) AS w
    WHERE night::TIMESTAMP - to_days((7 * w.week)::INTEGER) >= b.began_at
),
usual AS (
    SELECT g.source_id, g.hour, median(coalesce(h.records, 0)) AS median_records
    FROM grid AS g
    LEFT JOIN hours AS h USING (source_id, hour_at)
    GROUP BY g.source_id, g.hour
)
SELECT
    s.source_id, s.name AS source, s.format, h.hour, night::TIMESTAMP + to_hours(h.hour) AS hour_at,
    coalesce(t.records, 0)::BIGINT AS records, u.median_records::DOUBLE AS usual_records,
    coalesce(u.median_records >= 20 AND coalesce(t.records, 0) < 0.2 * u.median_records, false) AS is_blind,
    coalesce(t.with_address, 0)::BIGINT AS with_address, coalesce(t.with_credential, 0)::BIGINT AS with_credential
FROM source AS s
CROSS JOIN (SELECT unnest(range(24)) AS hour) AS h
LEFT JOIN usual AS u ON u.source_id = s.source_id AND u.hour = h.hour
LEFT JOIN hours AS t ON t.source_id = s.source_id AND t.hour_at = night::TIMESTAMP + to_hours(h.hour)
ORDER BY s.name, s.format, h.hour;
