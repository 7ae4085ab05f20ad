-- People a person works with: those who read at least two of the same private repositories in the 60 days before the night.
--
-- Repositories that more than a third of all people read say nothing of who works
-- with whom and are left out.
CREATE OR REPLACE MACRO baseline.colleague(as_of TIMESTAMP) AS TABLE
WITH read AS (
    SELECT DISTINCT identity, repository
    FROM access
    WHERE day >= as_of::DATE - 61 AND day < as_of::DATE - 1 AND operations > 0 AND NOT coalesce(is_public, false)
        AND NOT baseline.is_machine(family, identity_kind, identity_name)
),
told AS (
    SELECT identity, repository
    FROM read
    WHERE repository IN (
        SELECT repository FROM read GROUP BY repository
        HAVING count(*) <= greatest(3, (SELECT count(DISTINCT identity) FROM read) / 3)
    )
),
asked AS (SELECT DISTINCT identity FROM access WHERE day = as_of::DATE - 1 AND operations > 0)
SELECT a.identity, b.identity AS colleague, count(*) AS shared
FROM told AS a
SEMI JOIN asked AS t ON t.identity = a.identity
JOIN told AS b ON b.repository = a.repository AND b.identity <> a.identity
GROUP BY a.identity, b.identity
HAVING count(*) >= 2;
