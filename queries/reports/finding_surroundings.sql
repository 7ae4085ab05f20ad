-- What is known around the facets of a night that were listed: person, team, what they touched.
--
-- One row a facet among identities. other_identities are those of the same
-- person; sensitive are the canaries, crown jewels and repositories of tier high
-- that it touched; open_secrets counts the open alerts in what it touched;
-- new_to_team counts private repositories that nobody of its team touched in the
-- year before, NULL where no team is known; changes counts control-plane changes
-- within a day before.
CREATE OR REPLACE MACRO finding_surroundings(as_of TIMESTAMP, identities VARCHAR[]) AS TABLE
WITH who AS (SELECT unnest(identities) AS identity),
touched AS (
    SELECT a.identity, a.family, a.repository, bool_or(NOT coalesce(a.is_public, false)) AS is_private
    FROM access AS a
    JOIN who USING (identity)
    WHERE a.day = as_of::DATE - 1 AND a.operations + a.denied > 0
    GROUP BY a.identity, a.family, a.repository
),
by_team AS (
    SELECT DISTINCT p.team, a.repository
    FROM access AS a
    JOIN baseline.person() AS p ON p.identity = a.identity
    WHERE a.day >= as_of::DATE - 366 AND a.day < as_of::DATE - 1 AND a.operations > 0
        AND p.team IN (SELECT q.team FROM baseline.person() AS q JOIN who USING (identity))
        AND a.repository IN (SELECT repository FROM touched)
),
secrets AS (
    SELECT repository, count(*) AS open FROM secret_alert WHERE state = 'open' GROUP BY repository
),
facets AS (
    SELECT
        t.identity, t.family,
        coalesce(list(t.repository ORDER BY t.repository) FILTER (f.canary OR f.tier IN ('crown jewel', 'high')), []) AS sensitive,
        coalesce(sum(s.open), 0)::BIGINT AS open_secrets,
        count(*) FILTER (t.is_private AND p.team IS NOT NULL AND b.repository IS NULL) AS new_to_team
    FROM touched AS t
    LEFT JOIN baseline.person() AS p ON p.identity = t.identity
    LEFT JOIN repository_fact AS f ON f.repository = t.repository
    LEFT JOIN secrets AS s ON s.repository = t.repository
    LEFT JOIN by_team AS b ON b.team = p.team AND b.repository = t.repository
    GROUP BY t.identity, t.family
)
SELECT
    w.identity, coalesce(f.family, '') AS family, coalesce(p.person, '') AS person, coalesce(p.team, '') AS team, coalesce(p.manager, '') AS manager,
    coalesce((
        SELECT list(r.identity ORDER BY r.identity) FROM baseline.person() AS r
        WHERE r.person = p.person AND r.identity <> w.identity AND NOT regexp_matches(r.identity, '^(email|sso):')
    ), []) AS other_identities,
    coalesce(f.sensitive, []) AS sensitive, coalesce(f.open_secrets, 0) AS open_secrets,
    CASE WHEN p.team IS NOT NULL THEN f.new_to_team END AS new_to_team,
    coalesce(c.observed, 0)::BIGINT AS changes
FROM who AS w
LEFT JOIN facets AS f USING (identity)
LEFT JOIN baseline.person() AS p ON p.identity = w.identity
LEFT JOIN signal.control_plane_change_before(as_of) AS c ON c.identity = w.identity AND c.family = f.family
ORDER BY w.identity, f.family;
