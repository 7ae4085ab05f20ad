-- The warehouse with names instead of ids: what people query.
--
-- Repeatable: installed anew whenever the binary's text differs from the
-- database's.

CREATE OR REPLACE VIEW event AS
SELECT
    f.occurred_at, f.event_id, s.name AS source, l.name AS landing, l.collected_at,
    f.action, f.action_basis, f.native_action, f.outcome,
    i.identity, i.kind AS identity_kind, i.name AS identity_name, nullif(i.sso, '') AS sso_identity,
    a.access_type, a.credential_kind, a.family, c.credential,
    r.org, r.repository, f.is_public,
    d.ip, d.network, d.asn, coalesce(nullif(f.country, ''), d.network_country) AS country,
    g.agent AS user_agent, nullif(f.protocol, '') AS protocol, f.bytes_out, f.bytes_in, f.objects, f.scope, nullif(f.session_key, '') AS session_key,
    coalesce(v.agent, k.client_agent) AS agent, CASE WHEN v.agent IS NOT NULL THEN v.agent_basis WHEN k.client_agent IS NOT NULL THEN 'client' END AS agent_basis,
    nullif(f.agent_session, '') AS agent_session, v.on_behalf_of, v.application_id, v.application
FROM event_fact AS f
JOIN landing AS l USING (landing_id)
JOIN source AS s USING (source_id)
JOIN identity_form AS i USING (identity_id)
JOIN access_form AS a USING (access_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN credential_form AS c USING (credential_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN agent_form AS g USING (agent_id)
LEFT JOIN delegate AS v USING (delegate_id)
LEFT JOIN client_agent AS k ON k.agent_id = f.agent_id;

COMMENT ON VIEW event IS 'One row a record: what happened, who, with which credential, to which repository, from where; UTC';

CREATE OR REPLACE VIEW access AS
SELECT
    f.day, i.identity, i.name AS identity_name, i.kind AS identity_kind, a.family, a.access_type, a.credential_kind,
    c.credential, r.org, r.repository, f.is_public,
    d.network, d.block, d.asn, d.as_name, d.network_kind, coalesce(nullif(f.country, ''), d.network_country) AS country,
    g.agent AS user_agent, f.records, f.operations, f.copies, f.pushes, f.denied, f.first_at, f.last_at, f.hours
FROM access_day AS f
JOIN identity_form AS i USING (identity_id)
JOIN access_form AS a USING (access_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN credential_form AS c USING (credential_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN agent_form AS g USING (agent_id);

COMMENT ON VIEW access IS 'The nightly reduction: one row for each UTC day, facet, repository, address, client, credential and country, with operations counted';

CREATE OR REPLACE VIEW evidence AS
SELECT
    e.night, f.identity, n.identity_name, f.family, e.hypothesis, e.piece, e.observed, e.expected, e.bound, e.history_nights, e.nats,
    nullif(e.level, '') AS level, nullif(e.value, '') AS value, nullif(e.reason, '') AS reason
FROM evidence_fact AS e
JOIN facet AS f USING (facet_id)
JOIN facet_night AS n USING (night, facet_id);

COMMENT ON VIEW evidence IS 'Every piece of evidence of each facet and night, listed or not: what was observed and expected, and its weight';

CREATE OR REPLACE VIEW finding_listed AS
SELECT a.*
FROM assessment AS a
WHERE a.listed OR a.detail IS NOT NULL AND EXISTS (
    FROM told_finding AS t WHERE t.night = a.night AND t.identity = a.identity AND t.family = a.family);

COMMENT ON VIEW finding_listed IS 'One row a finding and night: those listed, and those that took the place of one that a verdict covers';
