-- Accesses of a window with names instead of ids.
--
-- arguments: since, until, as in fact
CREATE OR REPLACE MACRO investigate.act (
    since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
SELECT
    f.day, i.identity, i.name AS identity_name, i.kind AS identity_kind, a.family, a.access_type, a.credential_kind, c.credential,
    r.org, r.repository, f.repository_id, f.is_public, d.ip, d.network, d.asn, d.as_name, d.network_kind,
    coalesce(f.country, d.network_country) AS country, g.agent AS user_agent,
    f.records, f.operations, f.copies, f.pushes, f.denied, f.first_at, f.last_at,
    coalesce(v.agent, k.client_agent) AS agent, v.on_behalf_of, v.application_id, v.application
FROM investigate.fact(since, until) AS f
JOIN identity_form AS i USING (identity_id)
JOIN access_form AS a USING (access_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN credential_form AS c USING (credential_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN agent_form AS g USING (agent_id)
LEFT JOIN delegate AS v USING (delegate_id)
LEFT JOIN client_agent AS k ON k.agent_id = f.agent_id;
