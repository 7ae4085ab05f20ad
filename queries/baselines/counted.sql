-- Whether the nights before a time were judged, as far as records of them are kept.
--
-- An error where they were not, because no row would read as "nothing": baselines
-- that rest on counted nights ask it.
CREATE OR REPLACE MACRO baseline.is_counted(as_of) AS
    CASE WHEN coalesce((SELECT max(day) FROM rolled_day WHERE day < as_of::DATE) > (
            SELECT max(night) FROM (SELECT max(night) AS night FROM judged_night UNION ALL SELECT max(night) FROM facet_night)), true) IS NOT TRUE THEN true
    ELSE error('the nights up to ' || (as_of::DATE - 1)::VARCHAR || ' are not judged yet, so nothing can be said of them: run midwatch nightly or analyze first') END;
