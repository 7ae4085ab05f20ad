-- The findings that were listed in the nights before one and are not listed on it.
--
-- One row a finding: nights_ago is how many nights before this one it was listed
-- last, detail what was kept of it then. With nights as long as a finding waits
-- for its next night and one more, those at that distance are over with this
-- night and the others are open and quiet.
CREATE OR REPLACE MACRO finding_before(as_of TIMESTAMP, nights INTEGER) AS TABLE
WITH last AS (
    SELECT finding_id, max(night) AS night, arg_max(detail, night) AS detail
    FROM finding_listed
    WHERE finding_id IS NOT NULL AND night >= as_of::DATE - 1 - nights AND night < as_of::DATE
    GROUP BY finding_id
)
SELECT finding_id, as_of::DATE - 1 - night AS nights_ago, detail
FROM last
WHERE night < as_of::DATE - 1
ORDER BY nights_ago, finding_id;
