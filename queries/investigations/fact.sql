-- Accesses of a window by ids: the days it holds whole from the roll-up, the days it cuts from their operations.
--
-- arguments: since, until
-- An operation belongs to the time it began, so a window from 10:00 on has not
-- the clone that began at 09:59. The other questions are built on this one.
CREATE OR REPLACE MACRO investigate.fact (
    since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH cut AS (
    -- At most two days, and none where the window begins and ends at midnight.
    FROM operation(since::DATE, since::DATE + (since > since::DATE::TIMESTAMP)::INTEGER)
    UNION ALL
    FROM operation(until::DATE, until::DATE + (until > until::DATE::TIMESTAMP AND (until::DATE > since::DATE OR since = since::DATE::TIMESTAMP))::INTEGER)
)
SELECT
    day, identity_id, access_id, credential_id, repository_id, is_public, address_id, nullif(country, '') AS country, agent_id,
    records, operations, copies, pushes, denied, first_at, last_at, delegate_id
FROM access_day
WHERE day >= (since + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND)::DATE AND day < until::DATE
UNION ALL
SELECT
    o.day, o.identity_id, o.access_id, CASE WHEN k.credential_kind <> 'app_token' THEN o.credential_id END,
    o.repository_id, o.is_public, o.address_id, o.country, o.agent_id,
    o.records, (o.outcome = 'ok')::BIGINT, (o.outcome = 'ok' AND o.action IN ('clone', 'archive'))::BIGINT,
    (o.outcome = 'ok' AND o.action = 'push')::BIGINT, (o.outcome <> 'ok')::BIGINT, o.first_at, o.last_at, o.delegate_id
FROM cut AS o
JOIN access_form AS k USING (access_id)
WHERE o.action <> 'other' AND o.first_at >= since AND o.first_at < until;
