-- What a subject did by day, in lanes: by network, by client and by credential.
--
-- arguments: subject (identity, person or credential), since, until
-- What `investigate timeline --html` draws. is_new is the first day that the lane
-- was ever used by the subject, NULL where the records do not reach back before
-- the window.
CREATE OR REPLACE MACRO investigate.timeline_lane (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
done AS MATERIALIZED (FROM investigate.subject_pick((SELECT resolved FROM asked), since, until)),
ever AS MATERIALIZED (FROM investigate.subject_pick((SELECT resolved FROM asked))),
laned AS (
    SELECT 'network' AS kind, d.network || coalesce(' ' || d.as_name, '') AS lane, f.* FROM done AS f JOIN address AS d USING (address_id)
    UNION ALL
    SELECT 'client', g.agent, f.* FROM done AS f JOIN agent_form AS g USING (agent_id)
    UNION ALL
    SELECT 'credential', c.credential, f.* FROM done AS f JOIN credential_form AS c USING (credential_id)
),
first AS (
    SELECT 'network' AS kind, d.network || coalesce(' ' || d.as_name, '') AS lane, min(f.first_at) AS first_ever FROM ever AS f JOIN address AS d USING (address_id) GROUP BY ALL
    UNION ALL
    SELECT 'client', g.agent, min(f.first_at) FROM ever AS f JOIN agent_form AS g USING (agent_id) GROUP BY ALL
    UNION ALL
    SELECT 'credential', c.credential, min(f.first_at) FROM ever AS f JOIN credential_form AS c USING (credential_id) GROUP BY ALL
)
SELECT
    l.kind, l.lane, l.day, min(l.first_at) AS first_at, max(l.last_at) AS last_at, sum(l.operations)::BIGINT AS operations, sum(l.copies)::BIGINT AS full_copies,
    sum(l.pushes)::BIGINT AS pushes, sum(l.denied)::BIGINT AS denied, count(DISTINCT r.repository) AS repositories,
    investigate.is_new(min(f.first_ever), min(l.first_at)::DATE::TIMESTAMP) AS is_new
FROM laned AS l
JOIN repository_form AS r USING (repository_id)
JOIN first AS f ON f.kind = l.kind AND f.lane = l.lane
GROUP BY l.kind, l.lane, l.day
ORDER BY l.kind, l.lane, l.day;
