-- Credentials and clients that planted acts bring along.
INSERT INTO credential_form
SELECT (SELECT coalesce(max(credential_id), 0) FROM credential_form) + row_number() OVER (ORDER BY credential), credential
FROM (SELECT DISTINCT credential FROM planted WHERE credential <> '') AS s
WHERE NOT EXISTS (FROM credential_form AS d WHERE d.credential = s.credential);

INSERT INTO agent_form
SELECT (SELECT coalesce(max(agent_id), 0) FROM agent_form) + row_number() OVER (ORDER BY agent), agent
FROM (SELECT DISTINCT agent FROM planted WHERE agent <> '') AS s
WHERE NOT EXISTS (FROM agent_form AS d WHERE d.agent = s.agent);

INSERT INTO stale_day
SELECT DISTINCT occurred_at::DATE FROM planted WHERE occurred_at::DATE NOT IN (SELECT day FROM stale_day);
