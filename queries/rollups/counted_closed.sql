-- Ends the rows of earlier nights that the counted nights' rows follow.
UPDATE facet_night AS n
SET next_night = t.night
FROM (SELECT facet_id, min(night) AS night FROM facet_night WHERE night >= (SELECT min(night) FROM counted_access) GROUP BY facet_id) AS t
WHERE n.facet_id = t.facet_id AND n.next_night = DATE '9999-12-31' AND n.night < t.night;

UPDATE facet_repository_night AS n
SET next_night = t.night
FROM (SELECT facet_id, repository_id, min(night) AS night FROM facet_repository_night WHERE night >= (SELECT min(night) FROM counted_access) GROUP BY facet_id, repository_id) AS t
WHERE n.facet_id = t.facet_id AND n.repository_id = t.repository_id AND n.next_night = DATE '9999-12-31' AND n.night < t.night;

UPDATE facet_context_night AS n
SET next_night = t.night
FROM (SELECT facet_id, kind, value, on_block, min(night) AS night FROM facet_context_night WHERE night >= (SELECT min(night) FROM counted_access) GROUP BY facet_id, kind, value, on_block) AS t
WHERE n.facet_id = t.facet_id AND n.kind = t.kind AND n.value = t.value AND n.on_block = t.on_block
    AND n.next_night = DATE '9999-12-31' AND n.night < t.night;

UPDATE context_night AS n
SET next_night = t.night
FROM (SELECT kind, value, on_block, min(night) AS night FROM context_night WHERE night >= (SELECT min(night) FROM counted_access) GROUP BY kind, value, on_block) AS t
WHERE n.kind = t.kind AND n.value = t.value AND n.on_block = t.on_block AND n.next_night = DATE '9999-12-31' AND n.night < t.night;
