-- Facets seen before the night: on how many active days, since when, until when.
--
-- A facet is an identity with one family of access types; a day counts when
-- something was read. The night is the UTC day that ends at as_of; the window is
-- the window_days days before it.
CREATE OR REPLACE MACRO baseline.facet(as_of TIMESTAMP, window_days INTEGER) AS TABLE
SELECT identity, family, count(DISTINCT day)::BIGINT AS history_days, min(day) AS first_day, max(day) AS last_day
FROM access
WHERE day >= as_of::DATE - 1 - window_days AND day < as_of::DATE - 1 AND operations > 0
GROUP BY identity, family;
