-- The accesses of the nights $1 to $2 that are being counted.
CREATE OR REPLACE TEMP TABLE counted_access AS
SELECT n.*, r.repository_id
FROM access_between($1::DATE, $2::DATE) AS n
JOIN repository_form AS r USING (repository)
