-- What a batch holds: records, those per class, those without a meaning that look like an access, and the bounds of times.
--
-- A request that could not be understood (its reason says so) is one of them. What looks like an access may have no time; it counts in the bounds of what was
-- missed where it has one that can be.
SELECT
    count(*) AS records,
    count(*) FILTER (WHERE record_class = 'event' AND reason IS NULL) AS events,
    count(*) FILTER (WHERE record_class = 'control' AND reason IS NULL) AS control,
    count(*) FILTER (WHERE record_class = 'ignored' AND reason IS NULL) AS ignored,
    count(*) FILTER (WHERE reason IS NOT NULL) AS unmapped,
    count(*) FILTER (WHERE is_missed) AS missed,
    count(*) FILTER (WHERE is_missed AND can_be AND occurred_at IS NOT NULL) AS missed_with_time,
    count(*) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') - count(DISTINCT event_id) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') AS repeated,
    min(occurred_at) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') AS first_at,
    max(occurred_at) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') AS last_at,
    min(occurred_at) FILTER (WHERE is_missed AND can_be) AS missed_from,
    max(occurred_at) FILTER (WHERE is_missed AND can_be) AS missed_until
FROM (
    SELECT
        *,
        CASE WHEN reason IS NOT NULL THEN starts_with(reason, 'request: ') OR looks_like_access(record::VARCHAR) ELSE false END AS is_missed,
        NOT starts_with(coalesce(reason, ''), 'time: ') AS can_be
    FROM stage
)
