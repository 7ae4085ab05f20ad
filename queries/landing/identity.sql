-- Ways of printing an identity that were not seen before.
INSERT INTO identity_form
SELECT (SELECT coalesce(max(identity_id), 0) FROM identity_form) + row_number() OVER (ORDER BY identity, identity_kind, identity_name, sso), identity, identity_kind, identity_name, sso
FROM (
    SELECT DISTINCT identity, identity_kind, identity_name, sso FROM stage
    WHERE record_class = 'event' AND reason IS NULL AND identity_id IS NULL
) AS s
WHERE NOT EXISTS (
    FROM identity_form AS d
    WHERE d.identity = s.identity AND d.kind = s.identity_kind AND d.name = s.identity_name AND d.sso = s.sso
)
