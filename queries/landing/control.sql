-- Staged control-plane records that are not stored yet; $1 and $2 bound their times.
INSERT INTO control_event
SELECT
    s.occurred_at, s.event_id, n.landing_id, s.native_action, s.identity, s.identity_name, s.affected,
    nullif(s.org, ''), nullif(s.repository, ''), s.ip, s.country, left(s.user_agent, 512), nullif(s.access_type, ''), s.credential
FROM stage AS s
ANTI JOIN (SELECT event_id FROM control_event WHERE occurred_at BETWEEN $1::TIMESTAMP AND $2::TIMESTAMP) AS known
    ON known.event_id = s.event_id
CROSS JOIN landing_now AS n
WHERE s.record_class = 'control' AND s.reason IS NULL
