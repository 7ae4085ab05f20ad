-- The records behind a subject, by where each lies as received.
--
-- arguments: kind (identity, person, credential, repository, network, client, finding), subject, since, until
-- parts: since, until
-- For the evidence of a case. Changes of rights by or about an identity are
-- among its records.
CREATE OR REPLACE MACRO investigate.subject_record (
    kind VARCHAR, subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH found AS (
    SELECT landing, source, collected_at, event_id, occurred_at FROM investigate.subject_event(subject, since, until) WHERE kind IN ('identity', 'person', 'credential')
    UNION ALL
    SELECT landing, source, collected_at, event_id, occurred_at FROM event
    WHERE kind = 'repository' AND repository = subject AND occurred_at >= since AND occurred_at < until
    UNION ALL
    SELECT landing, source, collected_at, event_id, occurred_at FROM event
    WHERE kind = 'network' AND ip IN (SELECT ip FROM address WHERE investigate.address_is(ip, asn, subject)) AND occurred_at >= since AND occurred_at < until
    UNION ALL
    SELECT landing, source, collected_at, event_id, occurred_at FROM event
    WHERE kind = 'client' AND user_agent IN (SELECT agent FROM agent_form WHERE contains(lower(agent), lower(subject)))
        AND occurred_at >= since AND occurred_at < until
    UNION ALL
    SELECT e.landing, e.source, e.collected_at, e.event_id, e.occurred_at
    FROM (SELECT DISTINCT night, identity, family FROM finding_listed WHERE finding_id = subject) AS n
    JOIN event AS e ON e.identity = n.identity AND e.family = n.family AND e.occurred_at >= n.night AND e.occurred_at < n.night + INTERVAL 1 DAY
    WHERE kind = 'finding'
    UNION ALL
    SELECT l.name, s.name, l.collected_at, c.event_id, c.occurred_at
    FROM control_event AS c JOIN landing AS l USING (landing_id) JOIN source AS s USING (source_id)
    WHERE kind IN ('identity', 'person', 'credential') AND c.occurred_at >= since AND c.occurred_at < until
        AND (c.credential = subject OR c.identity IN (FROM investigate.subject_identity(subject))
            OR c.affected IN (SELECT split_part(identity, ':', 2) FROM investigate.subject_identity(subject)))
)
SELECT f.source, s.format, f.landing, f.collected_at, f.event_id, f.occurred_at
FROM found AS f
JOIN (SELECT name, min(format) AS format FROM source GROUP BY name) AS s ON s.name = f.source
ORDER BY f.source, f.landing, f.occurred_at, f.event_id;
