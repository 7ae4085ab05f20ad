-- Whole copy, increment or view: what kinds of act, by the host's own word or inferred.
--
-- question: Q13 Was it a full copy, an increment or a view?
-- command: investigate copies SUBJECT
-- short: Whole copies, increments and views apart
-- example: investigate copies ana
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until
CREATE OR REPLACE MACRO investigate.copies (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
-- By ids first: names are looked up for what is left.
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
done AS (
    SELECT action, scope, action_basis, outcome, identity_id, repository_id, count(*) AS records, sum(bytes_out) AS bytes_out,
        min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM investigate.subject_fact((SELECT resolved FROM asked), since, until)
    GROUP BY ALL
)
SELECT
    action::VARCHAR AS action, scope::VARCHAR AS scope, action_basis::VARCHAR AS basis, outcome::VARCHAR AS outcome,
    CASE
        WHEN outcome <> 'ok' THEN 'refused'
        WHEN scope = 'full' THEN 'whole copy'
        WHEN scope IN ('shallow', 'partial') THEN 'copy of a part'
        WHEN scope = 'incremental' THEN 'increment'
        WHEN scope = 'none' THEN 'nothing was sent'
        WHEN action = 'api_read' THEN 'view'
        WHEN action = 'push' THEN 'push'
        ELSE 'not told: increment or whole'
    END AS copy_kind,
    count(DISTINCT r.repository) AS repositories, sum(d.records)::BIGINT AS records, sum(d.bytes_out)::BIGINT AS bytes_out,
    min(d.first_at) AS first_at, max(d.last_at) AS last_at, investigate.some(list(DISTINCT i.identity)) AS through
FROM done AS d
JOIN identity_form AS i USING (identity_id)
JOIN repository_form AS r USING (repository_id)
GROUP BY action, scope, action_basis, outcome
ORDER BY repositories DESC, action, scope, basis, outcome;
