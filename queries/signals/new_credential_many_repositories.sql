-- A credential reads many private repositories on the first day it is seen at all.
--
-- severity: high
-- technique: T1550.001 (v19)
-- hypotheses: thief
-- quiet on: a new credential with a day's usual work (fewer than least_repositories); tokens of apps, which live for an
--     hour; a credential seen before, by whomever. A new laptop that clones everything anew looks the same
--
-- One row a credential. observed is private repositories read with it, expected
-- the mean on their first day of the credentials first seen in the window, from
-- its eighth day on (whatever is there at its start is no first day).
CREATE OR REPLACE MACRO signal.new_credential_many_repositories(
    as_of TIMESTAMP, window_days INTEGER := 3650, least_repositories INTEGER := 5
) AS TABLE
WITH used AS (
    SELECT credential, day, min(identity) AS identity, min(identity_name) AS identity_name, min(family) AS family, min(credential_kind) AS credential_kind,
        count(DISTINCT repository) FILTER (NOT coalesce(is_public, false)) AS repositories, sum(operations)::BIGINT AS operations,
        list(DISTINCT network ORDER BY network) FILTER (network IS NOT NULL) AS networks, min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND credential IS NOT NULL
    GROUP BY credential, day
),
first_use AS (
    SELECT *, min(day) OVER () AS start_day FROM used QUALIFY day = min(day) OVER (PARTITION BY credential)
),
usual AS (
    SELECT avg(repositories) AS repositories, count(*) AS credentials FROM first_use WHERE day < as_of::DATE - 1 AND day - start_day >= 7
)
SELECT
    n.day AS night, n.identity, n.identity_name, n.family, n.repositories::DOUBLE AS observed, u.repositories AS expected, NULL::DOUBLE AS bound,
    coalesce(f.history_days, 0)::BIGINT AS history_days,
    'Read ' || baseline.number(n.repositories) || ' private repositories on the first day of ' || replace(n.credential_kind, '_', ' ') || ' ' || n.credential || ' ('
        || coalesce(baseline.number(u.repositories) || ' is the mean of ' || baseline.counted(u.credentials, 'credential', 'credentials'), 'no other was new before')
        || ' on their first).' AS reason,
    n.credential, n.credential_kind, n.operations, n.networks, n.first_at, n.last_at
FROM first_use AS n
CROSS JOIN usual AS u
LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
WHERE n.day = as_of::DATE - 1 AND n.repositories >= least_repositories
ORDER BY n.identity, n.credential;
