-- What each source gave on a night against its own rhythm, and whether it was blind.
--
-- A source is blind for the day when it gave nothing although it gave something
-- on each of the same weekdays in the eight weeks before (at least two; a
-- younger source: on each of at least three days of the week before), or less
-- than a fifth of their median where that is at least 20. Hours as in
-- source_hour_coverage. usual_address and usual_credential are the shares of
-- records that had these fields in the eight weeks before. NULL means there is
-- no rhythm yet.
CREATE OR REPLACE MACRO source_coverage(night DATE) AS TABLE
WITH days AS (
    SELECT source_id, hour_at::DATE AS day, sum(records) AS records, sum(with_address) AS with_address, sum(with_credential) AS with_credential
    FROM source_hour
    WHERE hour_at >= night::TIMESTAMP - INTERVAL 56 DAY AND hour_at < night::TIMESTAMP + INTERVAL 1 DAY
    GROUP BY source_id, hour_at::DATE
),
began AS (SELECT source_id, min(hour_at)::DATE AS day FROM source_hour GROUP BY source_id),
before AS (
    SELECT b.source_id, n.days_before, coalesce(d.records, 0) AS records
    FROM began AS b
    CROSS JOIN (SELECT unnest(range(1, 57)) AS days_before) AS n
    LEFT JOIN days AS d ON d.source_id = b.source_id AND d.day = night - n.days_before::INTEGER
    WHERE night - n.days_before::INTEGER >= b.day
),
rhythm AS (
    SELECT
        source_id, median(records) FILTER (days_before % 7 = 0) AS usual,
        count(*) FILTER (days_before % 7 = 0) AS weeks, min(records) FILTER (days_before % 7 = 0) AS least,
        count(*) FILTER (days_before <= 7) AS last_days, min(records) FILTER (days_before <= 7) AS last_least
    FROM before
    GROUP BY source_id
),
fields AS (
    SELECT source_id, sum(with_address) / sum(records) AS usual_address, sum(with_credential) / sum(records) AS usual_credential
    FROM days
    WHERE day < night
    GROUP BY source_id
),
hours AS (
    SELECT source_id, count(*) FILTER (is_blind) AS blind_hours FROM source_hour_coverage(night) GROUP BY source_id
)
SELECT
    s.name AS source, s.format,
    coalesce(t.records, 0)::BIGINT AS records,
    r.usual::DOUBLE AS usual_records,
    coalesce(h.blind_hours, 0)::BIGINT AS blind_hours,
    coalesce(t.with_address, 0)::BIGINT AS with_address,
    coalesce(t.with_credential, 0)::BIGINT AS with_credential,
    coalesce(
        t.records IS NULL AND CASE WHEN r.weeks >= 2 THEN r.least > 0 ELSE r.last_days >= 3 AND r.last_least > 0 END
        OR r.usual >= 20 AND coalesce(t.records, 0) < 0.2 * r.usual, false
    ) AS is_blind,
    f.usual_address::DOUBLE AS usual_address, f.usual_credential::DOUBLE AS usual_credential
FROM source AS s
LEFT JOIN rhythm AS r USING (source_id)
LEFT JOIN fields AS f USING (source_id)
LEFT JOIN hours AS h USING (source_id)
LEFT JOIN (FROM days WHERE day = night) AS t USING (source_id)
ORDER BY s.name, s.format;
