-- What people were asked about findings ("was it you?"), and what they answered.

-- One row a question. An answer is a note: it hides no finding and changes no score.
-- answer is NULL until there is one, and is never overwritten.
CREATE TABLE asked (
    question_id VARCHAR NOT NULL,
    finding_id VARCHAR NOT NULL,
    night DATE NOT NULL,
    identity VARCHAR NOT NULL,
    asked_of VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    asked_by VARCHAR NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    sent_by VARCHAR NOT NULL,
    answer VARCHAR,
    answered_by VARCHAR,
    answered_at TIMESTAMP,
    note VARCHAR
);
