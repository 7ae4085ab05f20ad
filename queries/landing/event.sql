-- Staged events that are not stored yet; $1 and $2 bound their times.
INSERT INTO event_fact
SELECT
    s.occurred_at, s.event_id, n.landing_id, s.action::event_action, s.action_basis::event_basis, s.native_action,
    s.outcome::event_outcome, i.identity_id, a.access_id, c.credential_id, r.repository_id, s.is_public,
    d.address_id, s.country, g.agent_id, s.protocol, s.bytes_out, s.bytes_in, s.objects,
    s.scope::event_scope, s.session_key
FROM stage AS s
CROSS JOIN landing_now AS n
JOIN identity_form AS i ON i.identity = s.identity AND i.kind = s.identity_kind AND i.name = s.identity_name AND i.sso = s.sso
JOIN access_form AS a ON a.access_type = s.access_type AND a.credential_kind = s.credential_kind AND a.family = s.family
JOIN repository_form AS r ON r.repository = s.repository AND r.org = s.org
LEFT JOIN credential_form AS c ON c.credential = s.credential
LEFT JOIN address AS d ON d.ip = s.ip
LEFT JOIN agent_form AS g ON g.agent = left(s.user_agent, 512)
WHERE s.record_class = 'event' AND s.reason IS NULL AND s.event_id NOT IN (
    SELECT event_id FROM event_fact WHERE occurred_at BETWEEN $1::TIMESTAMP AND $2::TIMESTAMP
)
