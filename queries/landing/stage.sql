-- Mapped records as they are stored: judged by their time, and with the ids of what is known already.
--
-- Reads the relation told, which is a source's mapping; a column that it does not
-- have is NULL (what acts go through, which few hosts say); $2 is when it was
-- collected. A time that cannot be is a reason (git's first commit was made on
-- 2005-04-07), and only records with a reason keep their text. Names that have an
-- id already are not carried further, which spares most of the work of storing
-- them; with $3 they all are, for telling records with the same id apart.
WITH mapped AS (
    FROM told
    UNION ALL BY NAME
    SELECT NULL::BOOLEAN AS is_agent, NULL::VARCHAR AS delegate, NULL::VARCHAR AS application_id, NULL::VARCHAR AS application,
        NULL::VARCHAR AS on_behalf_of, NULL::VARCHAR AS agent_session
    WHERE false
),
-- Words of a few become numbers here: a text of each record is written and read again.
coded AS (
    SELECT * REPLACE (
        TRY_CAST(action AS event_action) AS action, TRY_CAST(action_basis AS event_basis) AS action_basis,
        TRY_CAST(outcome AS event_outcome) AS outcome, TRY_CAST(scope AS event_scope) AS scope
    )
    FROM mapped
),
judged AS (
    SELECT * REPLACE (
        CASE
            WHEN reason IS NOT NULL THEN reason
            WHEN record_class <> 'ignored' AND (
                event_id IS NULL OR occurred_at IS NULL OR identity IS NULL OR native_action IS NULL OR action IS NULL OR action_basis IS NULL OR outcome IS NULL OR scope IS NULL) THEN 'the format gives it no full meaning'
            WHEN occurred_at > $2::TIMESTAMP + INTERVAL 1 DAY THEN 'time: more than a day in the future'
            WHEN occurred_at < TIMESTAMP '2005-04-07' THEN 'time: before git existed'
        END AS reason,
        coalesce(is_agent, false) AS is_agent
    ),
    coalesce(is_agent, false) OR coalesce(nullif(delegate, ''), nullif(application_id, ''), nullif(application, ''), nullif(on_behalf_of, '')) IS NOT NULL AS is_delegated,
    $3::BOOLEAN OR record_class <> 'event' AS whole
    FROM coded
)
SELECT
    j.* EXCLUDE (whole) REPLACE (
        CASE WHEN j.reason IS NOT NULL THEN j.record END AS record,
        CASE WHEN whole OR i.identity_id IS NULL THEN j.identity END AS identity,
        CASE WHEN whole OR i.identity_id IS NULL THEN j.identity_kind END AS identity_kind,
        CASE WHEN whole OR i.identity_id IS NULL THEN j.identity_name END AS identity_name,
        CASE WHEN whole OR i.identity_id IS NULL THEN j.sso END AS sso,
        CASE WHEN whole OR a.access_id IS NULL THEN j.access_type END AS access_type,
        CASE WHEN whole OR a.access_id IS NULL THEN j.credential_kind END AS credential_kind,
        CASE WHEN whole OR a.access_id IS NULL THEN j.family END AS family,
        CASE WHEN whole OR r.repository_id IS NULL THEN j.repository END AS repository,
        CASE WHEN whole OR r.repository_id IS NULL THEN j.org END AS org,
        CASE WHEN whole OR c.credential_id IS NULL THEN j.credential END AS credential,
        CASE WHEN whole OR d.address_id IS NULL THEN j.ip END AS ip,
        CASE WHEN whole OR g.agent_id IS NULL THEN j.user_agent END AS user_agent,
        CASE WHEN is_delegated THEN left(coalesce(j.delegate, ''), 256) END AS delegate,
        CASE WHEN is_delegated THEN left(coalesce(j.application_id, ''), 256) END AS application_id,
        CASE WHEN is_delegated THEN left(coalesce(j.application, ''), 256) END AS application,
        CASE WHEN is_delegated THEN left(coalesce(j.on_behalf_of, ''), 256) END AS on_behalf_of,
        left(j.agent_session, 256) AS agent_session,
        CASE WHEN j.record_class = 'control' THEN j.affected END AS affected
    ),
    i.identity_id, a.access_id, r.repository_id, c.credential_id, d.address_id, g.agent_id
FROM judged AS j
LEFT JOIN identity_form AS i ON i.identity = j.identity AND i.kind = j.identity_kind AND i.name = j.identity_name AND i.sso = j.sso
LEFT JOIN access_form AS a ON a.access_type = j.access_type AND a.credential_kind = j.credential_kind AND a.family = j.family
LEFT JOIN repository_form AS r ON r.repository = j.repository AND r.org = j.org
LEFT JOIN credential_form AS c ON c.credential = j.credential
LEFT JOIN address AS d ON d.ip = j.ip
LEFT JOIN agent_form AS g ON g.agent = left(j.user_agent, 512)
