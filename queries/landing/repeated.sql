-- The same id twice in one batch: the first by content stays, whatever the order they came in.
DELETE FROM stage
WHERE rowid IN (
    SELECT stage_row FROM (
        SELECT rowid AS stage_row, row_number() OVER (
            PARTITION BY event_id
            ORDER BY occurred_at, record_class, native_action, identity, repository, ip, user_agent, credential, access_type, protocol, rowid
        ) AS place
        FROM stage
        WHERE reason IS NULL AND record_class <> 'ignored' AND event_id IN (
            SELECT event_id FROM stage WHERE reason IS NULL AND record_class <> 'ignored' GROUP BY event_id HAVING count(*) > 1
        )
    )
    WHERE place > 1
)
