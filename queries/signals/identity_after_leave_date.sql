-- An identity read or wrote after its person's leave date.
--
-- severity: critical
-- technique: T1078 (v19)
-- hypotheses: thief, insider
-- certain: yes
-- needs: roster_entry
-- next step: Close every account and credential of the person, and ask the manager what was agreed
-- quiet on: the leave date itself, to its end in the person's time zone; a person who came back (a later start date);
--     attempts that were denied
--
-- The dates stand in the roster; one date holds for all identities of a person.
CREATE OR REPLACE MACRO signal.identity_after_leave_date(as_of TIMESTAMP, window_days INTEGER := 1) AS TABLE
WITH used AS (
    SELECT
        e.identity, min(e.identity_name) AS identity_name, e.family, min(p.person) AS person, min(p.manager) AS manager,
        min(p.leave_date) AS leave_date, count(*) AS records, count(DISTINCT e.repository) AS repositories,
        min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at, min(e.ip) AS ip, min(e.credential) AS credential
    FROM event AS e
    JOIN baseline.person() AS p ON p.identity = e.identity
    WHERE e.occurred_at >= as_of - to_days(window_days) AND e.occurred_at < as_of AND e.outcome = 'ok'
        AND e.occurred_at >= p.ends_at
    GROUP BY e.identity, e.family
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    records::DOUBLE AS observed, 0::DOUBLE AS expected, 0::DOUBLE AS bound, NULL::BIGINT AS history_days,
    person || ' left on ' || strftime(leave_date, '%Y-%m-%d') || ', and since then ' || identity || ' was used ' || baseline.counted(records, 'time', 'times') || ' on '
        || baseline.counted(repositories, 'repository', 'repositories') || ', first at ' || strftime(first_at, '%Y-%m-%d %H:%M') || ' UTC'
        || coalesce('; the manager is ' || manager, '') || '.' AS reason,
    person, leave_date, repositories, first_at, last_at, ip, credential
FROM used
ORDER BY identity, family;
