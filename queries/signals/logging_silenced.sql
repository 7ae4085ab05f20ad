-- A stream of the audit log was deleted, or addresses were taken out of it.
--
-- severity: high
-- technique: T1685.002 (v19)
-- hypotheses: thief, insider
-- certain: yes
-- needs: control_event
-- next step: Ask who did it by another channel, set it up again, and read what the forge itself still has of the time since
-- quiet on: a destination that was replaced: the same identity set one up within an hour
--     (replace_minutes) before or after
--
-- What comes after is not seen, so the row is all there may be (THREATS, S16).
CREATE OR REPLACE MACRO signal.logging_silenced(as_of TIMESTAMP, window_days INTEGER := 1, replace_minutes INTEGER := 60) AS TABLE
WITH changes AS (
    SELECT *, baseline.control_change(native_action) AS change
    FROM control_event
    WHERE occurred_at >= as_of - to_days(window_days) - to_minutes(replace_minutes) AND occurred_at < as_of
),
silenced AS (
    SELECT
        c.identity, min(c.identity_name) AS identity_name, min(c.access_type) AS access_type, count(*) AS changes,
        string_agg(c.native_action, ', ' ORDER BY c.occurred_at, c.event_id) AS actions,
        min(c.occurred_at) AS first_at, max(c.occurred_at) AS last_at, min(c.org) AS org, min(c.ip) AS ip
    FROM changes AS c
    WHERE c.change = 'logging silenced' AND c.occurred_at >= as_of - to_days(window_days)
        AND NOT EXISTS (
            FROM changes AS s
            WHERE s.change = 'logging set up' AND s.identity = c.identity
                AND abs(epoch_ms(s.occurred_at) - epoch_ms(c.occurred_at)) <= 60000 * replace_minutes
        )
    GROUP BY c.identity
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, access_family(credential_kind(lower(access_type))) AS family,
    changes::DOUBLE AS observed, 0::DOUBLE AS expected, 0::DOUBLE AS bound, NULL::BIGINT AS history_days,
    identity || ' turned off logging (' || actions || '), first at ' || strftime(first_at, '%Y-%m-%d %H:%M') || ' UTC' || coalesce(' from ' || ip, '')
        || '; what happened since may be missing from the log.' AS reason,
    first_at, last_at, org, ip
FROM silenced
ORDER BY identity;
