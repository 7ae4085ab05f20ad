-- Access types that were not seen before.
INSERT INTO access_form
SELECT (SELECT coalesce(max(access_id), 0) FROM access_form) + row_number() OVER (ORDER BY access_type, credential_kind, family), access_type, credential_kind, family
FROM (SELECT DISTINCT access_type, credential_kind, family FROM stage WHERE record_class = 'event' AND reason IS NULL AND access_id IS NULL) AS s
WHERE NOT EXISTS (
    FROM access_form AS d
    WHERE d.access_type = s.access_type AND d.credential_kind = s.credential_kind AND d.family = s.family
)
