-- Facets seen before the night: on how many active days, since when, until when.
--
-- A facet is an identity with one family of access types; a day counts when
-- something was read. The night is the UTC day that ends at as_of.
CREATE OR REPLACE MACRO baseline.facet(as_of TIMESTAMP) AS TABLE
SELECT f.identity, f.family, n.nights_before::BIGINT + 1 AS history_days, n.first_night AS first_day, n.night AS last_day
FROM facet_night AS n
JOIN facet AS f USING (facet_id)
WHERE n.night < as_of::DATE - 1 AND as_of::DATE - 1 <= n.next_night AND baseline.is_counted(as_of);
