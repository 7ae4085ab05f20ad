-- What a morning may have to tell: the findings of its night and of every night before it that no morning has spoken of as it is kept now.
--
-- One row a finding. missed is true for a night that no morning has spoken of,
-- other_version for one that was told by another version of the program.
-- told_state and told_weight are what it was told with, NULL where this facet was
-- not told for this night. What a verdict covered comes every time, because the
-- verdict may have been undone; what its holder denied comes until that was told. What
-- is spare (listed is false) comes where it was told, and for the night itself and
-- those that no morning has spoken of: it may take the place of what a verdict covers.
CREATE OR REPLACE MACRO finding_untold(as_of TIMESTAMP) AS TABLE
WITH changed AS (
    SELECT s.night, t.night IS NULL AS missed, coalesce(t.version <> s.version, false) AS other_version
    FROM scored_night AS s
    LEFT JOIN told_night AS t USING (night)
    WHERE s.night = as_of::DATE - 1
        OR s.night < as_of::DATE - 1 AND (t.night IS NULL OR t.told_at IS NULL OR t.chain <> s.chain OR t.version <> s.version)
)
SELECT
    a.night, a.identity, a.family, a.finding_id, a.raw AS weight, a.detail,
    coalesce(c.missed, false) AS missed, coalesce(c.other_version, false) AS other_version, f.state AS told_state, f.weight AS told_weight, a.listed
FROM assessment AS a
LEFT JOIN changed AS c USING (night)
LEFT JOIN told_finding AS f ON f.night = a.night AND f.identity = a.identity AND f.family = a.family AND f.told_at IS NOT NULL
WHERE (a.listed OR c.missed OR c.night = as_of::DATE - 1 OR f.state IS NOT NULL) AND a.detail IS NOT NULL AND a.night < as_of::DATE AND (
    c.night IS NOT NULL OR starts_with(f.state, 'covered by ') OR NOT ends_with(f.state, '; denied') AND EXISTS (
        FROM asked AS q WHERE q.finding_id = a.finding_id AND q.night = a.night AND q.answer = 'no'))
ORDER BY a.night, NOT a.listed, a.rank;
