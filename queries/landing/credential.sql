-- Credentials that were not seen before, by hash or id.
INSERT INTO credential_form
SELECT (SELECT coalesce(max(credential_id), 0) FROM credential_form) + row_number() OVER (ORDER BY credential), credential
FROM (SELECT DISTINCT credential FROM stage WHERE record_class = 'event' AND reason IS NULL AND credential_id IS NULL AND credential IS NOT NULL) AS s
WHERE NOT EXISTS (FROM credential_form AS d WHERE d.credential = s.credential)
