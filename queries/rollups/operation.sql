-- Acts instead of records: one clone is one operation, however many log lines it left.
--
-- Records of one identity, credential, repository, address, client and protocol
-- belong to one operation while each follows the one before within 60 seconds,
-- for at most 60 seconds in all, and within one UTC day; the strongest action
-- names it (clone over fetch). A record more than 5 seconds after a clone begins
-- a new one. Where a format knows which records are one operation, it says so by a
-- session key that begins with "op:", and that alone decides. GitHub was seen to leave two fetches and a clone within 103 ms for
-- one clone (FORMATS 1.2); git's protocol v2 makes three requests of it (FORMATS 5).
CREATE OR REPLACE MACRO operation(from_day DATE, until_day DATE) AS TABLE
WITH kept AS (
    SELECT
        occurred_at::DATE AS day, occurred_at, event_id, action, outcome, identity_id, access_id, credential_id,
        repository_id, is_public, address_id, nullif(country, '') AS country, agent_id, nullif(protocol, '') AS protocol, delegate_id,
        CASE WHEN action IN ('push', 'archive', 'api_read', 'other') THEN action ELSE 'read' END AS act_class,
        outcome = 'ok' AS succeeded,
        CASE WHEN starts_with(session_key, 'op:') THEN session_key END AS told
    FROM event_fact
    WHERE occurred_at >= from_day::TIMESTAMP AND occurred_at < until_day::TIMESTAMP
),
begun AS (
    SELECT
        *,
        -- Where a new one begins: its time; NULL where it goes on.
        CASE WHEN lag(occurred_at) OVER in_order >= occurred_at - CASE
                WHEN told IS NOT NULL THEN INTERVAL 1 DAY
                WHEN lag(action) OVER in_order = 'clone' THEN INTERVAL 5 SECOND
                ELSE INTERVAL 60 SECOND
            END THEN NULL ELSE occurred_at END AS began_at
    FROM kept
    WINDOW in_order AS (
        PARTITION BY day, identity_id, repository_id, access_id, credential_id, address_id, agent_id, country, protocol, delegate_id, act_class, succeeded, told
        ORDER BY occurred_at, event_id
    )
),
placed AS (
    SELECT
        *,
        max(began_at) OVER (
            PARTITION BY day, identity_id, repository_id, access_id, credential_id, address_id, agent_id, country, protocol, delegate_id, act_class, succeeded, told
            ORDER BY occurred_at, event_id ROWS UNBOUNDED PRECEDING
        ) AS run_at
    FROM begun
)
SELECT
    day, identity_id, access_id, credential_id, repository_id, address_id, country, agent_id, protocol, delegate_id,
    max(is_public) AS is_public, min(action) AS action, min(outcome) AS outcome,
    min(occurred_at) AS first_at, max(occurred_at) AS last_at, count(*) AS records, min(event_id) AS event_id
FROM placed
GROUP BY day, identity_id, access_id, credential_id, repository_id, address_id, country, agent_id, protocol, delegate_id, act_class, succeeded, told, run_at,
    CASE WHEN told IS NULL THEN (epoch_ms(occurred_at) - epoch_ms(run_at)) // 60000 END;
