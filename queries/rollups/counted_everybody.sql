-- The same values by everybody: facets that used each before, and on how many nights.
INSERT INTO context_night
WITH row AS (
    SELECT night, kind, value, on_block, nights_before
    FROM facet_context_night
    WHERE night >= (SELECT min(night) FROM counted_access) AND night <= (SELECT max(night) FROM counted_access)
        AND kind IN ('network', 'block', 'client', 'client on block')
),
last AS (FROM context_night WHERE next_night = DATE '9999-12-31'),
used AS (
    SELECT night, kind, value, on_block, count(*) FILTER (nights_before = 0) AS users, count(*) AS nights
    FROM row
    GROUP BY night, kind, value, on_block
),
-- Where a client came from: pairs of client and block, and those never seen before.
block AS (
    SELECT u.night, u.value, sum(u.nights) AS block_nights,
        count(*) FILTER (l.value IS NULL AND u.night = u.first_night) AS blocks
    FROM (SELECT *, min(night) OVER (PARTITION BY value, on_block) AS first_night FROM used WHERE kind = 'client on block') AS u
    LEFT JOIN last AS l ON l.kind = 'client on block' AND l.value = u.value AND l.on_block = u.on_block
    GROUP BY u.night, u.value
)
SELECT
    u.night, coalesce(lead(u.night) OVER same, DATE '9999-12-31'), u.kind, u.value, u.on_block,
    (coalesce(l.users_before + l.users_added, 0) + coalesce(sum(u.users) OVER earlier, 0))::INTEGER, u.users::INTEGER,
    (coalesce(l.nights_before + l.nights_added, 0) + coalesce(sum(u.nights) OVER earlier, 0))::INTEGER, u.nights::INTEGER,
    (coalesce(l.block_nights_before + l.block_nights_added, 0) + coalesce(sum(b.block_nights) OVER earlier, 0))::INTEGER, coalesce(b.block_nights, 0)::INTEGER,
    (coalesce(l.blocks_before + l.blocks_added, 0) + coalesce(sum(b.blocks) OVER earlier, 0))::INTEGER, coalesce(b.blocks, 0)::INTEGER
FROM used AS u
LEFT JOIN last AS l ON l.kind = u.kind AND l.value = u.value AND l.on_block = u.on_block
LEFT JOIN block AS b ON u.kind = 'client' AND b.night = u.night AND b.value = u.value
WINDOW same AS (PARTITION BY u.kind, u.value, u.on_block ORDER BY u.night),
    earlier AS (PARTITION BY u.kind, u.value, u.on_block ORDER BY u.night ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
ORDER BY u.night, u.kind, u.value, u.on_block
