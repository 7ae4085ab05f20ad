-- What a batch holds: records, those per class, those without a meaning that look like an access, and the bounds of their times.
SELECT
    count(*) AS records,
    count(*) FILTER (WHERE record_class = 'event' AND reason IS NULL) AS events,
    count(*) FILTER (WHERE record_class = 'control' AND reason IS NULL) AS control,
    count(*) FILTER (WHERE record_class = 'ignored' AND reason IS NULL) AS ignored,
    count(*) FILTER (WHERE reason IS NOT NULL) AS unmapped,
    count(*) FILTER (WHERE reason IS NOT NULL AND looks_like_access(record::VARCHAR)) AS missed,
    count(*) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') - count(DISTINCT event_id) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') AS repeated,
    min(occurred_at) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') AS first_at,
    max(occurred_at) FILTER (WHERE reason IS NULL AND record_class <> 'ignored') AS last_at
FROM stage
