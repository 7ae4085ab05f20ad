-- The tables of the warehouse: dimensions, the narrow event table, what was landed, and what scoring leaves.
--
-- Times are UTC TIMESTAMP. Ids are small integers given in order of arrival and
-- never leave the database: every view and macro shows names, so that the order
-- in which logs arrive changes no output.
--
-- Text that may be NULL is compressed with zstd: what DuckDB 1.4 takes by itself
-- (DICT_FSST) loses rows to conditions that hold for NULL, such as IS NULL, where
-- all of a row group are NULL. TestNothingSaidIsFoundAgain holds every table to it.
-- What is read a hundred million times (country, protocol, session key) is '' where
-- nothing was said instead: one value then costs no decompressing of its neighbours.
-- The views give NULL.

CREATE SCHEMA signal;
CREATE SCHEMA baseline;

CREATE TYPE event_action AS ENUM ('clone', 'fetch', 'read', 'ls_refs', 'push', 'archive', 'api_read', 'other');
CREATE TYPE event_basis AS ENUM ('reported', 'inferred');
CREATE TYPE event_outcome AS ENUM ('ok', 'denied', 'not_found', 'error');
CREATE TYPE event_scope AS ENUM ('full', 'shallow', 'partial', 'incremental', 'none', 'unknown');

-- Where records come from: a configured source.
CREATE TABLE source (
    source_id SMALLINT NOT NULL,
    name VARCHAR NOT NULL,
    format VARCHAR NOT NULL
);

-- What was landed: a sealed segment or a log, how far it was read, what it gave.
CREATE TABLE landing (
    landing_id INTEGER NOT NULL,
    source_id SMALLINT NOT NULL,
    name VARCHAR NOT NULL,
    head_bytes BIGINT NOT NULL,
    head_digest VARCHAR NOT NULL,
    stored_bytes BIGINT NOT NULL,
    modified_at TIMESTAMP,
    read_bytes BIGINT NOT NULL,
    read_lines BIGINT NOT NULL,
    complete BOOLEAN NOT NULL,
    first_collected_at TIMESTAMP NOT NULL,
    collected_at TIMESTAMP NOT NULL
);

-- Who: one row for each way an identity was printed.
CREATE TABLE identity_form (
    identity_id INTEGER NOT NULL,
    identity VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    sso VARCHAR NOT NULL
);

CREATE TABLE repository_form (
    repository_id INTEGER NOT NULL,
    repository VARCHAR NOT NULL,
    org VARCHAR NOT NULL
);

-- A token or key by hash or id; never a secret.
CREATE TABLE credential_form (
    credential_id INTEGER NOT NULL,
    credential VARCHAR NOT NULL
);

-- How access was granted, in the host's words, with the family it belongs to.
CREATE TABLE access_form (
    access_id SMALLINT NOT NULL,
    access_type VARCHAR NOT NULL,
    credential_kind VARCHAR NOT NULL,
    family VARCHAR NOT NULL
);

-- An address with the network around it; the last four columns come from the
-- networks table of the configuration and are filled again when it changes.
CREATE TABLE address (
    address_id INTEGER NOT NULL,
    ip VARCHAR NOT NULL,
    network VARCHAR NOT NULL,
    block VARCHAR NOT NULL,
    asn VARCHAR USING COMPRESSION zstd,
    as_name VARCHAR USING COMPRESSION zstd,
    network_country VARCHAR USING COMPRESSION zstd,
    network_kind VARCHAR USING COMPRESSION zstd
);

-- A client as it names itself, at most 512 characters of it.
CREATE TABLE agent_form (
    agent_id INTEGER NOT NULL,
    agent VARCHAR NOT NULL
);

-- One row a record's meaning, in time order of loading; no key: loading keeps
-- event_id unique.
CREATE TABLE event_fact (
    occurred_at TIMESTAMP NOT NULL,
    event_id VARCHAR NOT NULL,
    landing_id INTEGER NOT NULL,
    action event_action NOT NULL,
    action_basis event_basis NOT NULL,
    native_action VARCHAR NOT NULL,
    outcome event_outcome NOT NULL,
    identity_id INTEGER NOT NULL,
    access_id SMALLINT NOT NULL,
    credential_id INTEGER,
    repository_id INTEGER NOT NULL,
    is_public BOOLEAN,
    address_id INTEGER,
    country VARCHAR NOT NULL,
    agent_id INTEGER,
    protocol VARCHAR NOT NULL,
    bytes_out BIGINT,
    bytes_in BIGINT,
    objects BIGINT,
    scope event_scope NOT NULL,
    session_key VARCHAR NOT NULL
);

-- Changes of who may do what, kept beside as context: grants, members, keys,
-- visibility, logging itself.
CREATE TABLE control_event (
    occurred_at TIMESTAMP NOT NULL,
    event_id VARCHAR NOT NULL,
    landing_id INTEGER NOT NULL,
    native_action VARCHAR NOT NULL,
    identity VARCHAR NOT NULL,
    identity_name VARCHAR NOT NULL,
    affected VARCHAR USING COMPRESSION zstd,
    org VARCHAR USING COMPRESSION zstd,
    repository VARCHAR USING COMPRESSION zstd,
    ip VARCHAR USING COMPRESSION zstd,
    country VARCHAR USING COMPRESSION zstd,
    user_agent VARCHAR USING COMPRESSION zstd,
    access_type VARCHAR USING COMPRESSION zstd,
    credential VARCHAR USING COMPRESSION zstd
);

-- Records that could not be given a meaning, with the reason; counted in every
-- summary.
CREATE TABLE quarantine (
    record_digest VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    source_id SMALLINT NOT NULL,
    landing_id INTEGER NOT NULL,
    line BIGINT,
    collected_at TIMESTAMP NOT NULL
);

-- Spans in which a source gave nothing although it may have had something.
CREATE TABLE gap (
    source_id SMALLINT NOT NULL,
    from_at TIMESTAMP NOT NULL,
    until_at TIMESTAMP NOT NULL,
    reason VARCHAR NOT NULL,
    found_at TIMESTAMP NOT NULL
);

-- Days whose roll-ups no longer say what the events say.
CREATE TABLE stale_day (day DATE NOT NULL);

-- The nightly reduction: one row for each day, facet, repository, network,
-- client, credential and country.
CREATE TABLE access_day (
    day DATE NOT NULL,
    identity_id INTEGER NOT NULL,
    access_id SMALLINT NOT NULL,
    credential_id INTEGER,
    repository_id INTEGER NOT NULL,
    is_public BOOLEAN,
    address_id INTEGER,
    country VARCHAR NOT NULL,
    agent_id INTEGER,
    records BIGINT NOT NULL,
    operations BIGINT NOT NULL,
    copies BIGINT NOT NULL,
    pushes BIGINT NOT NULL,
    denied BIGINT NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    hours UINTEGER NOT NULL
);

-- Records a source gave in an hour, for coverage.
CREATE TABLE source_hour (
    hour_at TIMESTAMP NOT NULL,
    source_id SMALLINT NOT NULL,
    records BIGINT NOT NULL,
    with_address BIGINT NOT NULL,
    with_credential BIGINT NOT NULL
);

-- Days rolled up, each with a digest of what it holds.
CREATE TABLE rolled_day (
    day DATE NOT NULL,
    digest VARCHAR NOT NULL
);

-- What scoring had learnt by the end of a night, valid as long as no day up to
-- it has changed (chain says which days those were).
CREATE TABLE learnt_state (
    night DATE NOT NULL,
    chain VARCHAR NOT NULL,
    state BLOB NOT NULL
);

-- Every facet scored on a night.
CREATE TABLE assessment (
    night DATE NOT NULL,
    rank INTEGER NOT NULL,
    identity VARCHAR NOT NULL,
    identity_name VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    raw DOUBLE NOT NULL,
    expected_benign DOUBLE NOT NULL,
    listed BOOLEAN NOT NULL,
    hypothesis VARCHAR NOT NULL,
    finding_id VARCHAR USING COMPRESSION zstd,
    detail VARCHAR USING COMPRESSION zstd
);

-- Nights that were scored, by which version, over which days.
CREATE TABLE scored_night (
    night DATE NOT NULL,
    chain VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    assessed INTEGER NOT NULL,
    listed INTEGER NOT NULL
);

-- Prefixes with what surrounds them, from the networks file of the
-- configuration.
CREATE TABLE network_prefix (
    prefix VARCHAR NOT NULL,
    asn VARCHAR USING COMPRESSION zstd,
    as_name VARCHAR USING COMPRESSION zstd,
    country VARCHAR USING COMPRESSION zstd,
    kind VARCHAR USING COMPRESSION zstd
);

-- Digests of what was installed from files: the macros, the networks file.
CREATE TABLE installed (
    name VARCHAR NOT NULL,
    digest VARCHAR NOT NULL
);
