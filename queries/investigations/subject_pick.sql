-- Accesses by an identity, by a person or with a credential, whichever the name is of, by ids.
--
-- arguments: subject (identity such as github:ana, person as the roster has it, or a credential's hash or id), since, until
-- Tokens of apps that act as themselves live an hour and are in no roll-up
-- (THREATS 0, 10): their records are taken from the events, a clock minute of
-- one kind of act in one repository as one operation.
CREATE OR REPLACE MACRO investigate.subject_pick (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH own AS (SELECT identity_id FROM identity_form WHERE identity IN (FROM investigate.subject_identity(subject))),
token AS (SELECT credential_id FROM credential_form WHERE credential = subject),
hourly AS (
    SELECT
        e.occurred_at::DATE AS day, e.identity_id, e.access_id, e.credential_id, e.repository_id, bool_or(e.is_public) AS is_public,
        e.address_id, nullif(e.country, '') AS country, e.agent_id, count(*) AS records,
        (e.outcome = 'ok')::BIGINT AS operations, (e.outcome = 'ok' AND bool_or(e.action IN ('clone', 'archive')))::BIGINT AS copies,
        (e.outcome = 'ok' AND e.action = 'push')::BIGINT AS pushes, (e.outcome <> 'ok')::BIGINT AS denied,
        min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at, e.delegate_id
    FROM event_fact AS e
    JOIN access_form AS a USING (access_id)
    WHERE e.credential_id IN (FROM token) AND a.credential_kind = 'app_token' AND e.action <> 'other'
        AND e.occurred_at >= since AND e.occurred_at < until
    GROUP BY
        e.occurred_at::DATE, e.identity_id, e.access_id, e.credential_id, e.repository_id, e.address_id, e.country, e.agent_id, e.delegate_id, e.outcome,
        CASE WHEN e.action IN ('push', 'archive', 'api_read') THEN e.action::VARCHAR ELSE 'read' END, e.action = 'push', date_trunc('minute', e.occurred_at)
)
FROM investigate.fact(since, until) WHERE identity_id IN (FROM own)
UNION ALL
FROM investigate.fact(since, until) WHERE credential_id IN (FROM token)
UNION ALL
FROM hourly;
