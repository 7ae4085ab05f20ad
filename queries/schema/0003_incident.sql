-- The schema of questions, and what they need to be known: dead credentials, secrets, repositories.
--
-- The tables of surroundings stand here too, the same as where they are filled,
-- so that questions about them can be asked before anything is known: an empty
-- table is an answer, a missing one is an error.

CREATE SCHEMA IF NOT EXISTS investigate;

-- What is known of a credential; from dead_at on it should not work any more.
-- source says who told: the credentials file, or 'contain' for a person who
-- contained an incident.
CREATE TABLE IF NOT EXISTS credential_fact (
    credential VARCHAR NOT NULL,
    forge VARCHAR,
    dead_at TIMESTAMP,
    owner VARCHAR,
    purpose VARCHAR,
    source VARCHAR NOT NULL
);

-- Secrets that a scanner found in a repository.
CREATE TABLE IF NOT EXISTS secret_alert (
    repository VARCHAR NOT NULL,
    secret_type VARCHAR NOT NULL,
    opened_at TIMESTAMP,
    url VARCHAR,
    state VARCHAR NOT NULL
);

-- How much a repository matters, whose it is, and whether nobody has any reason
-- to touch it. tier is 'crown jewel', 'high', 'normal' or 'low'.
CREATE TABLE IF NOT EXISTS repository_fact (
    repository VARCHAR NOT NULL,
    tier VARCHAR,
    owner VARCHAR,
    canary BOOLEAN NOT NULL
);
