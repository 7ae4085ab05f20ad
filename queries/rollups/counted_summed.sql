-- What the repositories of the counted nights say of each facet: how many are new, and whether known ones were copied.
UPDATE facet_night AS n
SET new_repositories = r.new_repositories, copied_known = r.copied_known, copy_nights_before = r.copy_nights_before
FROM (
    SELECT
        r.night, r.facet_id, r.new_repositories, r.copied_known,
        coalesce(l.copy_nights_before + l.copied_known::INTEGER, 0)
            + coalesce(sum(r.copied_known::INTEGER) OVER (PARTITION BY r.facet_id ORDER BY r.night ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS copy_nights_before
    FROM (
        SELECT night, facet_id, count(*) FILTER (is_new)::INTEGER AS new_repositories, bool_or(copies > 0 AND nights_before > 0) AS copied_known
        FROM facet_repository_night
        WHERE night >= (SELECT min(night) FROM counted_access) AND night <= (SELECT max(night) FROM counted_access)
        GROUP BY night, facet_id
    ) AS r
    LEFT JOIN (
        SELECT facet_id, copy_nights_before, copied_known
        FROM facet_night
        WHERE night < (SELECT min(night) FROM counted_access) AND next_night = DATE '9999-12-31'
    ) AS l ON l.facet_id = r.facet_id
) AS r
WHERE n.night = r.night AND n.facet_id = r.facet_id;
