-- Mapped records as they are stored: a time that cannot be is a reason, and only records with a reason keep their text.
--
-- Reads the relation mapped, which is a source's mapping; $2 is when it was
-- collected. Git's first commit was made on 2005-04-07.
WITH judged AS (
    SELECT * REPLACE (
        CASE
            WHEN reason IS NOT NULL THEN reason
            WHEN occurred_at > $2::TIMESTAMP + INTERVAL 1 DAY THEN 'time: more than a day in the future'
            WHEN occurred_at < TIMESTAMP '2005-04-07' THEN 'time: before git existed'
        END AS reason
    )
    FROM mapped
)
SELECT * REPLACE (CASE WHEN reason IS NOT NULL THEN record END AS record) FROM judged
