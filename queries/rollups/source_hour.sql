-- Records each source gave in each hour of the days $1 <= day < $2.
INSERT INTO source_hour
SELECT date_trunc('hour', f.occurred_at), l.source_id, count(*), count(f.address_id), count(f.credential_id)
FROM event_fact AS f
JOIN landing AS l USING (landing_id)
WHERE f.occurred_at >= $1::TIMESTAMP AND f.occurred_at < $2::TIMESTAMP
    AND f.occurred_at::DATE IN (SELECT day FROM stale_day)
GROUP BY date_trunc('hour', f.occurred_at), l.source_id
ORDER BY date_trunc('hour', f.occurred_at), l.source_id
