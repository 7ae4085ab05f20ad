-- Staged records without a meaning go to quarantine, once each.
INSERT INTO quarantine
SELECT q.record_digest, q.reason, q.record, n.source_id, n.landing_id, NULL, n.collected_at
FROM (
    SELECT md5(record::VARCHAR) AS record_digest, min(reason) AS reason, left(record::VARCHAR, 4096) AS record
    FROM stage
    WHERE reason IS NOT NULL AND record IS NOT NULL
    GROUP BY record::VARCHAR
) AS q
CROSS JOIN landing_now AS n
WHERE q.record_digest NOT IN (SELECT record_digest FROM quarantine)
ORDER BY q.record_digest
