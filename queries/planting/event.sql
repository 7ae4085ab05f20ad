-- Planted acts as events of the copy; what they name is made known first.
INSERT INTO event_fact
SELECT
    p.occurred_at, p.event_id, (SELECT max(landing_id) FROM landing), p.action::event_action, 'reported'::event_basis, 'planted.' || p.action,
    'ok'::event_outcome, i.identity_id, x.access_id, c.credential_id, r.repository_id, false, d.address_id, coalesce(p.country, ''), g.agent_id,
    '', NULL, NULL, NULL, (CASE p.action WHEN 'fetch' THEN 'incremental' ELSE 'full' END)::event_scope, '', NULL, ''
FROM planted AS p
JOIN (SELECT identity, min(identity_id) AS identity_id FROM identity_form GROUP BY identity) AS i USING (identity)
JOIN (SELECT access_type, family, min(access_id) AS access_id FROM access_form GROUP BY access_type, family) AS x USING (access_type, family)
JOIN (SELECT repository, min(repository_id) AS repository_id FROM repository_form GROUP BY repository) AS r USING (repository)
LEFT JOIN credential_form AS c ON c.credential = p.credential
LEFT JOIN (SELECT ip, min(address_id) AS address_id FROM address GROUP BY ip) AS d ON d.ip = p.ip
LEFT JOIN agent_form AS g ON g.agent = p.agent
