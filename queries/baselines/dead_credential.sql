-- Credentials that must not work any more, by the forge they are of: since when, whose, what for.
--
-- Dead is revoked, rotated, or watched since a containment: the credentials file
-- or `midwatch contain --watch` says so, and who says so first counts. A record
-- that names no forge counts for each that was seen. The questions and the signal
-- about dead credentials are built on these two, so that they tell the same.
CREATE OR REPLACE MACRO baseline.dead_credential() AS TABLE
SELECT c.credential, f.forge, min(c.dead_at) AS dead_at, min(c.owner) AS owner, min(c.purpose) AS purpose
FROM credential_fact AS c
JOIN (SELECT DISTINCT split_part(identity, ':', 1) AS forge FROM identity_form) AS f ON coalesce(c.forge, '') IN ('', f.forge)
WHERE c.dead_at IS NOT NULL
GROUP BY c.credential, f.forge;

-- Records with a credential after it was dead, by ids: names are looked up for what is left.
CREATE OR REPLACE MACRO baseline.dead_use(since TIMESTAMP, until TIMESTAMP) AS TABLE
SELECT f.*, c.credential, i.identity, d.dead_at, d.owner, d.purpose
FROM event_fact AS f
JOIN credential_form AS c USING (credential_id)
JOIN identity_form AS i USING (identity_id)
JOIN baseline.dead_credential() AS d ON d.credential = c.credential AND d.forge = split_part(i.identity, ':', 1)
WHERE f.occurred_at > d.dead_at AND f.occurred_at >= since AND f.occurred_at < until;

-- Whether a use is one that a finding tells: it succeeded, five minutes or more
-- after the credential was dead, which a clone under way then is not.
CREATE OR REPLACE MACRO baseline.dead_use_tells(outcome, occurred_at, dead_at, grace_minutes) AS
    outcome = 'ok' AND occurred_at::TIMESTAMP - to_minutes(grace_minutes::BIGINT) >= dead_at;
