-- Accesses by an identity, by a person or with a credential, whichever the name is of.
--
-- arguments: subject (identity such as github:ana, person as the roster has it, or a credential's hash or id), since, until
-- Tokens of apps that act as themselves live an hour and are in no roll-up
-- (THREATS 0, 10): their records are taken from the events, a clock minute of
-- one kind of act in one repository as one operation.
CREATE OR REPLACE MACRO investigate.subject_act (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
FROM investigate.act(since, until) WHERE identity IN (FROM investigate.subject_identity(subject))
UNION ALL
FROM investigate.act(since, until) WHERE credential = subject
UNION ALL
SELECT
    f.occurred_at::DATE, i.identity, i.name, i.kind, a.family, a.access_type, a.credential_kind, c.credential,
    r.org, r.repository, bool_or(f.is_public), d.ip, d.network, d.asn, d.as_name, d.network_kind,
    coalesce(f.country, d.network_country), g.agent, count(*),
    (f.outcome = 'ok')::BIGINT, (f.outcome = 'ok' AND bool_or(f.action IN ('clone', 'archive')))::BIGINT,
    (f.outcome = 'ok' AND f.action = 'push')::BIGINT, (f.outcome <> 'ok')::BIGINT, min(f.occurred_at), max(f.occurred_at)
FROM event_fact AS f
JOIN credential_form AS c USING (credential_id)
JOIN access_form AS a USING (access_id)
JOIN identity_form AS i USING (identity_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN agent_form AS g USING (agent_id)
WHERE c.credential = subject AND a.credential_kind = 'app_token' AND f.action <> 'other'
    AND f.occurred_at >= since AND f.occurred_at < until
GROUP BY
    f.occurred_at::DATE, i.identity, i.name, i.kind, a.family, a.access_type, a.credential_kind, c.credential, r.org, r.repository,
    d.ip, d.network, d.asn, d.as_name, d.network_kind, coalesce(f.country, d.network_country), g.agent, f.outcome,
    CASE WHEN f.action IN ('push', 'archive', 'api_read') THEN f.action::VARCHAR ELSE 'read' END, f.action = 'push', date_trunc('minute', f.occurred_at);
