-- The tables of an incident: what is dead, what is known of repositories and secrets, and cases.
--
-- The tables of surroundings stand here too, the same as where they are filled,
-- so that questions about them can be asked before anything is known: an empty
-- table is an answer, a missing one is an error.

CREATE SCHEMA IF NOT EXISTS investigate;

-- What is known of a credential: when it was revoked or rotated, whose it is.
CREATE TABLE IF NOT EXISTS credential_fact (
    credential VARCHAR,
    forge VARCHAR,
    dead_at TIMESTAMP,
    owner VARCHAR,
    purpose VARCHAR,
    source VARCHAR
);

-- What secret scanning says of a repository.
CREATE TABLE IF NOT EXISTS secret_alert (
    repository VARCHAR,
    secret_type VARCHAR,
    opened_at TIMESTAMP,
    url VARCHAR,
    state VARCHAR
);

-- What is known of a repository: how dear it is, whose, whether it is bait.
CREATE TABLE IF NOT EXISTS repository_fact (
    repository VARCHAR,
    tier VARCHAR,
    owner VARCHAR,
    canary BOOLEAN
);
