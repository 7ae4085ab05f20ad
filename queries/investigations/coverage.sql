-- What could be seen of a window: what each source gave, and the spans in which it was blind.
--
-- question: Q11 When were we blind?
-- command: investigate coverage
-- short: What could be seen, and when we were blind
-- example: investigate coverage --since 2026-07-01
-- arguments: since, until (by default from the first record to the last)
-- A span is blind when it lies in a recorded gap, before the source's first
-- record or after its last, or is an hour that gave less than a fifth of the
-- median of that hour of the week, where that median is at least 20 (THREATS 2,
-- A11), or a day without a record of a source that gives some on most days. A
-- source that the newest run could not read whole is not read since it last was.
-- A source that stopped is held against the others: up to the newest hour of any,
-- which itself is not over yet and is not judged.
CREATE OR REPLACE MACRO investigate.coverage (
    since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH ends AS (
    SELECT source_id, min(hour_at) AS first_hour, max(hour_at) + INTERVAL 1 HOUR AS last_hour,
        max(max(hour_at)) OVER () AS newest_hour
    FROM source_hour GROUP BY source_id
),
hourly AS (
    SELECT e.source_id, t.hour_at, coalesce(sum(h.records), 0) AS records, t.hour_at < min(e.last_hour) AS lived, min(e.newest_hour) AS newest_hour
    FROM ends AS e
    CROSS JOIN LATERAL (SELECT unnest(generate_series(e.first_hour, e.newest_hour, INTERVAL 1 HOUR)) AS hour_at) AS t
    LEFT JOIN source_hour AS h ON h.source_id = e.source_id AND h.hour_at = t.hour_at
    GROUP BY e.source_id, t.hour_at
),
rhythm AS (
    SELECT *, median(records) FILTER (WHERE lived) OVER (PARTITION BY source_id, dayofweek(hour_at), hour(hour_at)) AS usual,
        sum(records) OVER (PARTITION BY source_id, hour_at::DATE) AS day_records
    FROM hourly
),
busy AS (
    SELECT source_id, count(*) FILTER (WHERE records > 0) * 2 > count(*) AS most_days
    FROM (SELECT source_id, hour_at::DATE AS day, sum(records) AS records FROM hourly WHERE lived GROUP BY ALL) GROUP BY source_id
),
quiet AS (
    SELECT r.source_id, r.hour_at, r.records, r.usual,
        r.hour_at - to_hours(row_number() OVER (PARTITION BY r.source_id ORDER BY r.hour_at)) AS run
    FROM rhythm AS r JOIN busy AS b USING (source_id)
    WHERE (r.usual >= 20 AND r.records < 0.2 * r.usual AND r.hour_at < r.newest_hour
            OR r.day_records = 0 AND b.most_days AND r.hour_at::DATE < r.newest_hour::DATE)
        AND r.hour_at < until AND r.hour_at + INTERVAL 1 HOUR > since
        AND (r.lived OR until = TIMESTAMP '9999-12-31') -- else it is not collected, below
),
span AS (
    SELECT source_id, min(hour_at) AS from_at, max(hour_at) + INTERVAL 1 HOUR AS until_at, sum(records)::BIGINT AS records, sum(usual) AS usual,
        'blind' AS what, 'less than a fifth of what is usual' AS reason
    FROM quiet GROUP BY source_id, run
    UNION ALL
    SELECT source_id, from_at, until_at, NULL, NULL, 'gap', reason FROM gap
    UNION ALL
    SELECT source_id, since, first_hour, 0, NULL, 'not collected', 'before the first record' FROM ends WHERE since > TIMESTAMP '2005-04-07' AND since < first_hour
    UNION ALL
    SELECT source_id, last_hour, until, 0, NULL, 'not collected', 'after the last record' FROM ends WHERE until < TIMESTAMP '9999-12-31' AND until > last_hour
    UNION ALL
    SELECT source_id, since, until, 0, NULL, 'not collected', 'no record at all' FROM source WHERE source_id NOT IN (SELECT source_id FROM ends)
    UNION ALL
    SELECT e.source_id, coalesce(min(h.hour_at), min(since)), coalesce(max(h.hour_at) + INTERVAL 1 HOUR, min(until)), coalesce(sum(h.records), 0)::BIGINT, NULL,
        CASE WHEN count(h.hour_at) > 0 THEN 'seen' ELSE 'nothing' END,
        CASE WHEN count(h.hour_at) = 0 THEN 'no record in this window' ELSE concat_ws('; ',
            CASE WHEN 2 * sum(h.with_address) < sum(h.records) THEN 'most without an address' END,
            CASE WHEN 2 * sum(h.with_credential) < sum(h.records) THEN 'most without a credential' END) END
    FROM ends AS e
    LEFT JOIN source_hour AS h ON h.source_id = e.source_id AND h.hour_at < until AND h.hour_at + INTERVAL 1 HOUR > since
    GROUP BY e.source_id
),
told AS (
    SELECT s.name AS source, s.format, p.what, p.from_at, p.until_at, p.records, round(p.usual) AS usual_records, p.reason
    FROM span AS p
    JOIN source AS s USING (source_id)
    UNION ALL
    -- Also of a source that never gave a record.
    SELECT r.source, coalesce((SELECT min(format) FROM source WHERE name = r.source), ''), 'not read',
        coalesce(r.whole_at, TIMESTAMP '2005-04-07'), r.failed_at, NULL, NULL, r.reason
    FROM source_reading AS r
    WHERE r.failed_at IS NOT NULL
)
SELECT source, format, what, greatest(from_at, since) AS from_at, least(until_at, until) AS until_at, records, usual_records, reason
FROM told
WHERE from_at < until AND until_at > since
ORDER BY source, format, what DESC, from_at, until_at, reason;
