-- What a person was told on which morning, what a person answered, and what is to be sent.

-- One row a night that a morning has spoken of: what it was scored from, by which
-- version, and the morning (the night that was asked for then) that spoke of it
-- first; told_at is NULL until that morning's reports are written.
CREATE TABLE told_night (
    night DATE NOT NULL,
    chain VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    morning DATE,
    told_at TIMESTAMP
);

-- One row a finding and night: the morning that told it last (NULL where it was
-- marked without being told), with its state and weight then.
CREATE TABLE told_finding (
    finding_id VARCHAR NOT NULL,
    night DATE NOT NULL,
    identity VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    weight DOUBLE NOT NULL,
    morning DATE,
    told_at TIMESTAMP
);

-- What was kept before mornings were has been told.
INSERT INTO told_night SELECT night, chain, version, night, night + INTERVAL 1 DAY FROM scored_night;
INSERT INTO told_finding
SELECT coalesce(finding_id, ''), night, identity, family, '', raw, night, night + INTERVAL 1 DAY FROM assessment WHERE listed;

-- What a person answered about a finding, and what that answer covers. scope is
-- JSON. Nothing is ever removed: undone_at ends a verdict.
CREATE TABLE verdict (
    verdict_id VARCHAR NOT NULL,
    finding_id VARCHAR NOT NULL,
    night DATE NOT NULL,
    identity VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    until DATE NOT NULL,
    scope VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    expected_benign DOUBLE NOT NULL,
    weight DOUBLE NOT NULL,
    undone_at TIMESTAMP,
    undone_by VARCHAR
);

-- Messages that are to be sent, and what became of them. A message is named by its
-- channel and key, so that it is queued once; sent_at is NULL until it is delivered.
CREATE TABLE outbox (
    channel VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    queued_at TIMESTAMP NOT NULL,
    attempts INTEGER NOT NULL,
    last_error VARCHAR,
    tried_at TIMESTAMP,
    sent_at TIMESTAMP
);
