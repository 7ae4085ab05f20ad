-- Repositories of the counted nights by facet, each with what the facet had to do with it before.
--
-- A repository is new where it is private and the facet never touched it; an app
-- that acts as a person may know what any facet of the person knows, not the other
-- way round. A person's day counts 1 in use, push_weight with a push; a machine's 0. A newcomer is clean where one of the
-- contexts it came from is usual, or the facet is too young to have a usual one:
-- newcomers in odd context explain nobody else's, so a mass theft cannot hide itself.
INSERT INTO facet_repository_night
WITH context AS (
    SELECT a.night, f.facet_id, a.repository_id, f.identity, f.family, bool_and(a.is_public) AS is_public,
        sum(a.operations)::INTEGER AS operations, sum(a.copies)::INTEGER AS copies, sum(a.pushes)::INTEGER AS pushes,
        bool_or((a.network = '' OR b.nights_before > 0 OR e.users_before >= c.usual_block_users) AND (a.credential = '' OR k.nights_before > 0)
            AND (a.network <> '' OR a.credential <> '')) AS is_usual
    FROM counted_access AS a
    JOIN facet AS f USING (identity, family)
    CROSS JOIN baseline_constant AS c
    LEFT JOIN facet_context_night AS b ON b.night = a.night AND b.facet_id = f.facet_id AND b.kind = 'block' AND b.value = a.block
    LEFT JOIN facet_context_night AS k ON k.night = a.night AND k.facet_id = f.facet_id AND k.kind = 'credential' AND k.value = a.credential
    LEFT JOIN context_night AS e ON e.night = a.night AND e.kind = 'block' AND e.value = a.block
    GROUP BY a.night, f.facet_id, a.repository_id, f.identity, f.family
),
last AS (
    SELECT facet_id, repository_id, night, first_night, nights_before + 1 AS nights, use_before + use_added AS use, pushed_before OR pushes > 0 AS pushed
    FROM facet_repository_night
    WHERE next_night = DATE '9999-12-31'
),
added AS (
    SELECT t.*, n.nights_before AS tenure, n.is_machine AS by_machine, c.young_days,
        (CASE WHEN n.is_machine THEN 0 WHEN t.pushes > 0 THEN c.push_weight ELSE 1 END * 2 ** least((t.night - DATE '2018-01-01') / c.half_life_days, 112))::HUGEINT AS use_added
    FROM context AS t
    JOIN facet_night AS n ON n.night = t.night AND n.facet_id = t.facet_id
    CROSS JOIN baseline_constant AS c
),
placed AS (
    SELECT
        t.*, coalesce(lead(t.night) OVER same, DATE '9999-12-31') AS next_night,
        coalesce(l.first_night, min(t.night) OVER same) AS first_night,
        coalesce(lag(t.night) OVER same, l.night) AS last_night_before,
        coalesce(l.nights, 0) + row_number() OVER same - 1 AS nights_before,
        coalesce(l.use, 0) + coalesce(sum(t.use_added) OVER earlier, 0) AS use_before,
        coalesce(l.pushed, false) OR coalesce(bool_or(t.pushes > 0) OVER earlier, false) AS pushed_before
    FROM added AS t
    LEFT JOIN last AS l ON l.facet_id = t.facet_id AND l.repository_id = t.repository_id
    WINDOW same AS (PARTITION BY t.facet_id, t.repository_id ORDER BY t.night),
        earlier AS (PARTITION BY t.facet_id, t.repository_id ORDER BY t.night ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- When anybody of the person behind an app first touched what the app touches.
person AS (
    SELECT identity, repository_id, min(first_night) AS first_night
    FROM (
        SELECT identity, repository_id, first_night FROM placed WHERE identity IN (SELECT identity FROM placed WHERE family = 'delegated')
        UNION ALL
        SELECT f.identity, l.repository_id, l.first_night FROM last AS l JOIN facet AS f USING (facet_id)
        WHERE f.identity IN (SELECT identity FROM placed WHERE family = 'delegated')
    )
    GROUP BY identity, repository_id
)
SELECT
    t.night, t.next_night, t.facet_id, t.repository_id, t.first_night, t.last_night_before, t.nights_before::INTEGER,
    t.use_before, t.use_added, t.pushed_before, t.by_machine, t.is_public,
    NOT t.is_public AND t.nights_before = 0 AND (t.family <> 'delegated' OR p.first_night >= t.night),
    coalesce(t.is_usual, false) OR t.tenure < t.young_days,
    t.operations, t.copies, t.pushes
FROM placed AS t
LEFT JOIN person AS p ON p.identity = t.identity AND p.repository_id = t.repository_id
ORDER BY t.night, t.facet_id, t.repository_id
