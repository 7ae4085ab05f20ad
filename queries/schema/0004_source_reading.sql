-- Whether each source could be read, for what is said of a night's coverage.

-- One row for each thing that kept the newest run from reading a source whole,
-- or one without a reason where it was read whole. What occurred between whole_at
-- (NULL: never was) and failed_at may not have been seen.
CREATE TABLE source_reading (
    source VARCHAR NOT NULL,
    whole_at TIMESTAMP,
    failed_at TIMESTAMP,
    reason VARCHAR USING COMPRESSION zstd
);
