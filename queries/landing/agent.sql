-- Clients that were not seen before, at most 512 characters of what they call themselves.
INSERT INTO agent_form
SELECT (SELECT coalesce(max(agent_id), 0) FROM agent_form) + row_number() OVER (ORDER BY agent), agent
FROM (SELECT DISTINCT left(user_agent, 512) AS agent FROM stage WHERE record_class = 'event' AND reason IS NULL AND agent_id IS NULL AND user_agent IS NOT NULL) AS s
WHERE NOT EXISTS (FROM agent_form AS d WHERE d.agent = s.agent)
