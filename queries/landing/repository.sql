-- Repositories that were not seen before.
INSERT INTO repository_form
SELECT (SELECT coalesce(max(repository_id), 0) FROM repository_form) + row_number() OVER (ORDER BY repository, org), repository, org
FROM (SELECT DISTINCT repository, org FROM stage WHERE record_class = 'event' AND reason IS NULL AND repository_id IS NULL) AS s
WHERE NOT EXISTS (FROM repository_form AS d WHERE d.repository = s.repository AND d.org = s.org)
