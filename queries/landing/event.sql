-- Staged events that are not stored yet; $1 and $2 bound their times.
--
-- What the stage found no id for was given one since. The stage comes first and
-- the dimensions after it, because landing turns the optimizer's own order off.
INSERT INTO event_fact
SELECT
    s.occurred_at, s.event_id, n.landing_id, s.action, s.action_basis, s.native_action,
    s.outcome, coalesce(s.identity_id, i.identity_id), coalesce(s.access_id, a.access_id),
    coalesce(s.credential_id, c.credential_id), coalesce(s.repository_id, r.repository_id), s.is_public,
    coalesce(s.address_id, d.address_id), coalesce(s.country, ''), coalesce(s.agent_id, g.agent_id), coalesce(s.protocol, ''), s.bytes_out, s.bytes_in, s.objects,
    s.scope, coalesce(s.session_key, ''), v.delegate_id, coalesce(s.agent_session, '')
FROM stage AS s
ANTI JOIN (SELECT event_id FROM event_fact WHERE occurred_at BETWEEN $1::TIMESTAMP AND $2::TIMESTAMP) AS known
    ON known.event_id = s.event_id
CROSS JOIN landing_now AS n
LEFT JOIN identity_form AS i ON i.identity = s.identity AND i.kind = s.identity_kind AND i.name = s.identity_name AND i.sso = s.sso
LEFT JOIN access_form AS a ON a.access_type = s.access_type AND a.credential_kind = s.credential_kind AND a.family = s.family
LEFT JOIN repository_form AS r ON r.repository = s.repository AND r.org = s.org
LEFT JOIN credential_form AS c ON c.credential = s.credential
LEFT JOIN address AS d ON d.ip = s.ip
LEFT JOIN agent_form AS g ON g.agent = left(s.user_agent, 512)
LEFT JOIN delegate_form AS v ON s.is_delegated AND v.is_agent = s.is_agent AND v.actor = s.delegate AND v.application_id = s.application_id
    AND v.application = s.application AND v.on_behalf_of = s.on_behalf_of
WHERE s.record_class = 'event' AND s.reason IS NULL
