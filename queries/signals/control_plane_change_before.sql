-- Who may do what was changed within a day before an identity's accesses of the night.
--
-- severity: low
-- technique: T1098 (v19)
-- hypotheses: thief, insider
-- quiet on: administrators who change such things on five days or more (least_days) of the four weeks before; changes that
--     concern neither the identity nor a repository that it touched
--
-- Context for a finding: a guest added, a token granted, a repository made
-- public, the log changed (THREATS, S12 and S13). A change concerns an identity
-- that made it or that it affects, or a repository that the identity touched
-- that night within back_hours after it.
CREATE OR REPLACE MACRO signal.control_plane_change_before(as_of TIMESTAMP, back_hours INTEGER := 24, least_days INTEGER := 5) AS TABLE
WITH changes AS (
    SELECT *, baseline.control_change(native_action) AS change
    FROM control_event
    WHERE occurred_at >= as_of - INTERVAL 29 DAY - to_hours(back_hours)
),
administrators AS (
    SELECT identity, count(DISTINCT occurred_at::DATE) AS days
    FROM changes
    WHERE change IS NOT NULL AND occurred_at < as_of - INTERVAL 1 DAY
    GROUP BY identity
),
touched AS (
    SELECT identity, identity_name, family, repository, min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, identity_name, family, repository
),
coupled AS (
    SELECT DISTINCT t.identity, min(t.identity_name) OVER (PARTITION BY t.identity) AS identity_name, t.family,
        c.event_id, c.occurred_at, c.change, c.native_action, c.identity AS changed_by, c.affected, c.repository
    FROM touched AS t
    JOIN changes AS c ON c.change IS NOT NULL AND (
        c.identity = t.identity
        OR lower(c.affected) = lower(t.identity_name)
        OR c.repository = t.repository
    )
    WHERE c.occurred_at <= t.last_at AND t.first_at <= c.occurred_at + to_hours(back_hours)
        AND c.identity NOT IN (SELECT identity FROM administrators WHERE days >= least_days)
),
summed AS (
    SELECT
        identity, identity_name, family, count(*) AS changes, min(occurred_at) AS first_change_at, max(occurred_at) AS last_change_at,
        list(DISTINCT change ORDER BY change) AS kinds,
        list(change || ' (' || native_action || ' by ' || changed_by || coalesce(' for ' || affected, '') || coalesce(' on ' || repository, '')
            || ' at ' || strftime(occurred_at, '%m-%d %H:%M') || ')' ORDER BY occurred_at, event_id)[:5] AS examples
    FROM coupled
    GROUP BY identity, identity_name, family
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    changes::DOUBLE AS observed, 0::DOUBLE AS expected, NULL::DOUBLE AS bound, NULL::BIGINT AS history_days,
    baseline.counted(changes, 'change', 'changes') || ' of access rights or settings within ' || baseline.number(back_hours) || ' hours before: '
        || array_to_string(examples, '; ') || '.' AS reason,
    first_change_at, last_change_at, kinds
FROM summed
ORDER BY identity, family;
