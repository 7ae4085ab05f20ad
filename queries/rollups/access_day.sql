-- The nightly reduction of the days $1 <= day < $2, from operations.
--
-- Credentials of apps that act as themselves live for an hour (THREATS 0, 10)
-- and would tell nothing but that an hour has passed: they are left out here and
-- kept in the events. Denied acts are counted beside and are no access.
INSERT INTO access_day
SELECT
    o.day, o.identity_id, o.access_id,
    CASE WHEN a.credential_kind <> 'app_token' THEN o.credential_id END AS credential_id,
    o.repository_id, max(o.is_public), o.address_id, coalesce(o.country, ''), o.agent_id,
    sum(o.records), count(*) FILTER (WHERE o.outcome = 'ok'),
    count(*) FILTER (WHERE o.outcome = 'ok' AND o.action IN ('clone', 'archive')),
    count(*) FILTER (WHERE o.outcome = 'ok' AND o.action = 'push'),
    count(*) FILTER (WHERE o.outcome <> 'ok'),
    min(o.first_at), max(o.last_at), bit_or((1 << hour(o.first_at))::UINTEGER), o.delegate_id
FROM operation($1::DATE, $2::DATE) AS o
JOIN access_form AS a USING (access_id)
WHERE o.action <> 'other' AND o.day IN (SELECT day FROM stale_day)
GROUP BY o.day, o.identity_id, o.access_id, CASE WHEN a.credential_kind <> 'app_token' THEN o.credential_id END,
    o.repository_id, o.address_id, o.country, o.agent_id, o.delegate_id
ORDER BY o.day, o.identity_id, o.repository_id
