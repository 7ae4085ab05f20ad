-- Ways of acting through an agent or an application that were not seen before.
INSERT INTO delegate_form
SELECT (SELECT coalesce(max(delegate_id), 0) FROM delegate_form) + row_number() OVER (ORDER BY is_agent, actor, application_id, application, on_behalf_of),
    is_agent, actor, application_id, application, on_behalf_of
FROM (
    SELECT DISTINCT is_agent, delegate AS actor, application_id, application, on_behalf_of FROM stage
    WHERE record_class = 'event' AND reason IS NULL AND is_delegated
) AS s
WHERE NOT EXISTS (
    FROM delegate_form AS d
    WHERE d.is_agent = s.is_agent AND d.actor = s.actor AND d.application_id = s.application_id AND d.application = s.application AND d.on_behalf_of = s.on_behalf_of
)
