-- The schema that questions live in.

CREATE SCHEMA IF NOT EXISTS investigate;
