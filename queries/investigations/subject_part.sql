-- The parts of a window that a subject's records are told in, one after another: each whole days, together the window.
--
-- arguments: subject (identity, person, credential or repository; of anything else the records of all count), since, until,
--     most (records of a part, beside those of its last day)
-- What a machine did in a year is millions of records. Told in parts it takes the
-- memory of a part. Days are as the roll-up has them: what is not rolled up yet
-- belongs to a part too, and only makes it larger.
CREATE OR REPLACE MACRO investigate.subject_part (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31',
    most BIGINT := 500000
) AS TABLE
WITH own AS (SELECT identity_id FROM identity_form WHERE identity IN (FROM investigate.subject_identity(subject))),
token AS (SELECT credential_id FROM credential_form WHERE credential = subject),
code AS (SELECT repository_id FROM repository_form WHERE repository = subject),
seen AS (
    SELECT day, records FROM access_day WHERE identity_id IN (FROM own)
    UNION ALL
    SELECT day, records FROM access_day WHERE credential_id IN (FROM token)
    UNION ALL
    SELECT day, records FROM access_day WHERE repository_id IN (FROM code)
    UNION ALL
    SELECT hour_at::DATE, records FROM source_hour WHERE NOT EXISTS (FROM own UNION ALL FROM token UNION ALL FROM code)
),
counted AS (SELECT day, sum(records)::BIGINT AS records FROM seen WHERE day >= since::DATE AND day < until GROUP BY day),
placed AS (SELECT day, (sum(records) OVER (ORDER BY day) - records)::BIGINT // most AS part FROM counted),
part AS (SELECT part, min(day)::TIMESTAMP AS first_day FROM placed GROUP BY part)
SELECT
    CASE WHEN lag(part) OVER (ORDER BY part) IS NULL THEN since ELSE first_day END AS begins,
    coalesce(lead(first_day) OVER (ORDER BY part), until) AS ends
FROM part
ORDER BY begins;
