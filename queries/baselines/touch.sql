-- Which facet touched which repository, first and last, up to the night and with it.
--
-- is_new where the first day is news: private then, and for an app that acts as a
-- person not known to the person's own facets from earlier days (an app may know
-- what its person knows, not the other way round).
CREATE OR REPLACE MACRO baseline.touch(as_of TIMESTAMP) AS TABLE
SELECT f.identity, f.family, r.repository, n.first_night AS first_day, n.night AS last_day, NOT s.is_public AS is_private, s.is_new
FROM facet_repository_night AS n
JOIN facet_repository_night AS s ON s.facet_id = n.facet_id AND s.repository_id = n.repository_id AND s.nights_before = 0
JOIN facet AS f ON f.facet_id = n.facet_id
JOIN repository_form AS r ON r.repository_id = n.repository_id
WHERE n.night < as_of::DATE AND as_of::DATE <= n.next_night AND baseline.is_counted(as_of);
