-- How many findings were worth a person's time, by the month in which they were told: the last six months.
--
-- One row a month with findings that earlier mornings told. A finding counts once,
-- by its first night, with the last verdict that was given before the night asked
-- for ended and not undone by then. harmless are the verdicts expected and benign.
-- What only a verdict covered was not told and is not counted.
CREATE OR REPLACE MACRO verdict_month(as_of TIMESTAMP) AS TABLE
WITH told AS (
    SELECT finding_id, date_trunc('month', min(night))::DATE AS month
    FROM told_finding
    WHERE finding_id <> '' AND morning < as_of::DATE - 1 AND NOT starts_with(state, 'covered by ')
    GROUP BY finding_id
),
answered AS (
    SELECT finding_id, arg_max(verdict, (decided_at, verdict_id)) AS verdict
    FROM verdict
    WHERE decided_at < as_of AND (undone_at IS NULL OR undone_at >= as_of)
    GROUP BY finding_id
)
SELECT
    t.month, count(*)::BIGINT AS findings, count(a.verdict)::BIGINT AS answered,
    count(*) FILTER (a.verdict = 'theft')::BIGINT AS theft,
    count(*) FILTER (a.verdict IN ('expected', 'benign'))::BIGINT AS harmless,
    count(*) FILTER (a.verdict = 'unclear')::BIGINT AS unclear
FROM told AS t
LEFT JOIN answered AS a USING (finding_id)
WHERE t.month > date_trunc('month', as_of - INTERVAL 1 DAY) - INTERVAL 6 MONTH
GROUP BY t.month
ORDER BY t.month DESC;
