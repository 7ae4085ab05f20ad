-- Twenty worked examples, which a test runs on the sample organisation of `midwatch demo`.
--
-- Each is a comment that says what it asks, and one statement.

-- 1. Who touched a repository, from when to when
FROM investigate.who('northwind-labs/storage-terraform', since := TIMESTAMP '2026-11-01', until := TIMESTAMP '2026-11-08');

-- 2. Everything a service account did on two days, new repositories first
FROM investigate.identity('github:docs-publisher-svc', since := TIMESTAMP '2026-11-02', until := TIMESTAMP '2026-11-04');

-- 3. The same in sessions, to the second
FROM investigate.timeline('github:docs-publisher-svc', since := TIMESTAMP '2026-11-02', until := TIMESTAMP '2026-11-04');

-- 4. What was normal for it before
FROM investigate.normal('github:docs-publisher-svc', until := TIMESTAMP '2026-11-02');

-- 5. Whole copies, increments and views apart
FROM investigate.copies('github:docs-publisher-svc', since := TIMESTAMP '2026-11-02', until := TIMESTAMP '2026-11-04');

-- 6. What to revoke, the most urgent first
FROM investigate.contain('github:nonami-s');

-- 7. Who came from the same networks as somebody that day, and to how much
SELECT o.identity, o.network, count(DISTINCT o.repository) AS repositories
FROM access AS o
WHERE o.day = DATE '2026-11-09' AND o.network IN (SELECT network FROM access WHERE identity = 'github:nonami-s' AND day = DATE '2026-11-09')
GROUP BY ALL ORDER BY repositories DESC, o.identity, o.network;

-- 8. Who behaves like somebody
FROM investigate.similar('github:nonami-s', until := TIMESTAMP '2026-11-10');

-- 9. What was silent for 45 days and woke
FROM investigate.dormant(days := 45, since := TIMESTAMP '2026-11-01');

-- 10. Which of what it read nobody else had touched for 30 days
FROM investigate.stale('github:docs-publisher-svc', days := 30);

-- 11. Changes of rights around it, a day before to a day after
FROM investigate.context('github:nonami-s', since := TIMESTAMP '2026-11-09', until := TIMESTAMP '2026-11-10', hours := 72);

-- 12. Everything through an app, across its users
FROM investigate.app('review-app', since := TIMESTAMP '2026-10-30', until := TIMESTAMP '2026-11-01');

-- 13. What could be seen of a month, and when we were blind
FROM investigate.coverage(since := TIMESTAMP '2026-10-01', until := TIMESTAMP '2026-11-01');

-- 14. What an identity could have reached and was not seen to touch
FROM investigate.untouched('github:nonami-s') LIMIT 20;

-- 15. The ten widest days of people: repositories copied in full
SELECT day, identity, count(DISTINCT repository) AS copied
FROM access WHERE copies > 0 AND identity_kind = 'human' AND family = 'personal'
GROUP BY ALL ORDER BY copied DESC, day, identity LIMIT 10;

-- 16. Credentials that more than one identity used
SELECT credential, list(DISTINCT identity ORDER BY identity) AS identities
FROM access WHERE credential IS NOT NULL GROUP BY credential HAVING count(DISTINCT identity) > 1 ORDER BY credential;

-- 17. Networks that nobody used before a day, and who came from them then
SELECT network, any_value(asn ORDER BY asn) AS asn, list(DISTINCT identity ORDER BY identity) AS identities
FROM access GROUP BY network HAVING min(day) = DATE '2026-11-09' ORDER BY network;

-- 18. Repositories by how many people read them in a month, the most private first
SELECT repository, count(DISTINCT identity) AS people
FROM access WHERE identity_kind = 'human' AND day BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
GROUP BY repository ORDER BY people, repository LIMIT 20;

-- 19. What was listed each night, and why in a word
SELECT night, rank, identity_name, expected_benign, hypothesis, finding_id
FROM assessment WHERE listed ORDER BY night, rank;

-- 20. Keep a list of one's own beside the snapshot and use it (in `midwatch sql`)
CREATE OR REPLACE TABLE scratch.suspect AS SELECT * FROM (VALUES ('github:nonami-s'), ('github:session-test')) AS v(identity);
