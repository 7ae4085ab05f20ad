-- A private repository new to a person that few people read without ever writing to it: outsiders seldom go there.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: jewel
-- quiet on: a repository that more outsiders read than a usual one, unless share_of_usual says otherwise; one that the
--     person pushed to; one that nobody was ever seen to push to, whose readers are not told from its writers;
--     machines; a joiner (not assessable below least_days active days)
--
-- One row a person and repository. observed is the people who so far read it and
-- never pushed to it, expected their mean over the private repositories that were
-- open to the person (those known to anybody that it had not read). Rows are
-- those with observed at most share_of_usual times expected.
CREATE OR REPLACE MACRO signal.guarded_repository(
    as_of TIMESTAMP, share_of_usual DOUBLE := 0.5, least_days INTEGER := 5
) AS TABLE
WITH touch AS (FROM baseline.touch(as_of)),
novelty AS (FROM baseline.novelty(as_of)),
tonight AS (
    SELECT identity, min(identity_name) AS identity_name, family, repository, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies,
        sum(pushes)::BIGINT AS pushes, min(first_at) AS first_at, min(network) AS network
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, repository
),
private AS (SELECT repository, readers, is_written FROM baseline.repository_known(as_of - INTERVAL 1 DAY) WHERE NOT is_public),
fresh AS (
    SELECT t.identity, t.family, t.repository, coalesce(p.readers, 0) AS readers, coalesce(p.is_written, false) AS is_written,
        p.repository IS NULL AS is_unseen, n.tenure AS history_days
    FROM (FROM touch WHERE first_day = as_of::DATE - 1 AND is_new) AS t
    JOIN novelty AS n ON n.identity = t.identity AND n.family = t.family AND n.day = t.first_day AND NOT n.is_machine
    LEFT JOIN private AS p USING (repository)
),
known AS (
    SELECT f.identity, f.family, count(*) AS repositories, sum(p.readers) AS readers
    FROM (SELECT DISTINCT identity, family FROM fresh) AS f
    JOIN (SELECT DISTINCT identity, family, repository FROM touch WHERE first_day < as_of::DATE - 1) AS t
        ON t.identity = f.identity AND (t.family = f.family OR f.family = 'delegated')
    JOIN private AS p USING (repository)
    GROUP BY f.identity, f.family
),
unseen AS (SELECT identity, family, count(*) AS repositories FROM fresh WHERE is_unseen GROUP BY identity, family),
everything AS (SELECT count(*) AS repositories, sum(readers) AS readers FROM private),
judged AS (
    SELECT f.*, (a.readers - coalesce(k.readers, 0)) / nullif(a.repositories - coalesce(k.repositories, 0) + coalesce(u.repositories, 0), 0) AS usual,
        f.history_days >= least_days AS assessable
    FROM fresh AS f
    CROSS JOIN everything AS a
    LEFT JOIN known AS k USING (identity, family)
    LEFT JOIN unseen AS u USING (identity, family)
)
SELECT
    as_of::DATE - 1 AS night, identity, t.identity_name, family,
    CASE WHEN assessable THEN j.readers END::DOUBLE AS observed,
    CASE WHEN assessable THEN j.usual END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    j.history_days,
    CASE WHEN assessable
        THEN 'Opened ' || repository || ', which '
            || CASE WHEN j.readers = 0 THEN 'nobody has read' ELSE 'only ' || baseline.counted(j.readers, 'person has read', 'people have read') END
            || ' so far without ever writing to it; a typical private repository has '
            || baseline.counted(CASE WHEN j.usual >= 10 THEN round(j.usual) ELSE j.usual END, 'such reader', 'such readers') || '.'
        ELSE baseline.too_young(j.history_days, least_days)
    END AS reason,
    repository, t.operations, t.copies, t.first_at, t.network
FROM judged AS j
JOIN tonight AS t USING (identity, family, repository)
WHERE j.is_written AND t.pushes = 0 AND j.readers <= share_of_usual * j.usual
ORDER BY identity, family, repository;
