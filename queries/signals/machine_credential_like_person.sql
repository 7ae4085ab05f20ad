-- A machine's credential was used from where people sit.
--
-- severity: high
-- technique: T1078.004 (v19)
-- hypotheses: machine
-- quiet on: a runner that always was on such a network; a machine that moved between hosting networks; a machine that
--     is too new (not assessable below least_days active days)
--
-- Networks of kind isp, mobile and vpn are people's; the kind stands in the
-- networks file. A machine is one by its family, the host's word or its name.
CREATE OR REPLACE MACRO signal.machine_credential_like_person(as_of TIMESTAMP, window_days INTEGER := 90, least_days INTEGER := 5) AS TABLE
WITH used AS (
    SELECT *, network_kind IN ('isp', 'mobile', 'vpn') AS is_home
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
        AND baseline.is_machine(family, identity_kind, identity_name)
),
history AS (
    SELECT identity, family, count(DISTINCT day) AS days, count(DISTINCT day) FILTER (is_home) AS home_days
    FROM used
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, sum(operations)::BIGINT AS operations,
        count(DISTINCT repository) AS repositories, min(first_at) AS first_at, min(network) AS network, min(as_name) AS as_name,
        min(network_kind) AS network_kind, min(user_agent) AS user_agent
    FROM used
    WHERE day = as_of::DATE - 1 AND is_home
    GROUP BY identity, family
)
SELECT
    as_of::DATE - 1 AS night, t.identity, t.identity_name, t.family,
    CASE WHEN h.days >= least_days THEN t.operations::DOUBLE END AS observed,
    coalesce(h.home_days, 0)::DOUBLE AS expected, NULL::DOUBLE AS bound, coalesce(h.days, 0)::BIGINT AS history_days,
    CASE WHEN h.days >= least_days
        THEN 'A machine read ' || baseline.counted(t.repositories, 'repository', 'repositories') || ' in ' || baseline.counted(t.operations, 'operation', 'operations')
            || ' from ' || t.network || coalesce(' (' || t.as_name || ', ' || t.network_kind || ')', '') || ', where people work; in '
            || baseline.counted(h.days, 'active day', 'active days') || ' before, it never used such a network.'
        ELSE baseline.too_young(h.days, least_days)
    END AS reason,
    t.repositories, t.network, t.network_kind, t.user_agent, t.first_at
FROM tonight AS t
LEFT JOIN history AS h USING (identity, family)
WHERE coalesce(h.home_days, 0) = 0
ORDER BY t.identity, t.family;
