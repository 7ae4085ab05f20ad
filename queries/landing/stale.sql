-- Days whose roll-ups the staged events change.
INSERT INTO stale_day
SELECT DISTINCT occurred_at::DATE AS day FROM event_fact
WHERE landing_id = $1 AND occurred_at BETWEEN $2::TIMESTAMP AND $3::TIMESTAMP
    AND occurred_at::DATE NOT IN (SELECT day FROM stale_day)
