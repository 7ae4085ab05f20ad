-- What is known around an access, from files of the configuration and from the repositories themselves.
--
-- Every table may be empty: what rests on it is then not assessable, which is
-- neither zero nor usual. Times are UTC TIMESTAMP.

-- Who is behind an identity. Several identities of one person have the same
-- text in person. leaves_on is the last day on which access is expected.
CREATE TABLE roster_entry (
    identity VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    team VARCHAR USING COMPRESSION zstd,
    manager VARCHAR USING COMPRESSION zstd,
    starts_on DATE,
    leaves_on DATE,
    time_zone VARCHAR USING COMPRESSION zstd
);

-- How much a repository matters, whose it is, and whether nobody has any reason
-- to touch it. tier is 'crown jewel', 'high', 'normal' or 'low'.
CREATE TABLE repository_fact (
    repository VARCHAR NOT NULL,
    tier VARCHAR USING COMPRESSION zstd,
    owner VARCHAR USING COMPRESSION zstd,
    canary BOOLEAN NOT NULL
);

-- What is known of a credential; from dead_at on it should not work any more.
-- source says who told: the credentials file, or a person who contained.
CREATE TABLE credential_fact (
    credential VARCHAR NOT NULL,
    forge VARCHAR USING COMPRESSION zstd,
    dead_at TIMESTAMP,
    owner VARCHAR USING COMPRESSION zstd,
    purpose VARCHAR USING COMPRESSION zstd,
    source VARCHAR NOT NULL
);

-- Secrets that a scanner found in a repository.
CREATE TABLE secret_alert (
    repository VARCHAR NOT NULL,
    secret_type VARCHAR NOT NULL,
    opened_at TIMESTAMP,
    url VARCHAR USING COMPRESSION zstd,
    state VARCHAR NOT NULL
);

-- Who wrote to a repository, by its own history. contributor is the SHA-256 of
-- the e-mail address in lower case, after the mailmap, in hexadecimal.
CREATE TABLE contribution (
    repository VARCHAR NOT NULL,
    contributor VARCHAR NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    commits BIGINT NOT NULL
);

-- Who owns which paths of a repository, by its CODEOWNERS file.
CREATE TABLE code_owner (
    repository VARCHAR NOT NULL,
    line INTEGER NOT NULL,
    pattern VARCHAR NOT NULL,
    owner VARCHAR NOT NULL
);

-- When a repository was last written to, by its own history, and how far that
-- was read: the commits of its branches and the name of its mailmap.
CREATE TABLE repository_history (
    repository VARCHAR NOT NULL,
    last_at TIMESTAMP,
    heads VARCHAR NOT NULL,
    mailmap VARCHAR NOT NULL,
    read_at TIMESTAMP NOT NULL
);
