-- What a person's nights so far add up to of looking like somebody else's.

-- In nats, at least 0, after the night; 0 for machines. Nights from before it was
-- weighed are judged anew with the next run.
ALTER TABLE facet_score ADD COLUMN suspicion DOUBLE DEFAULT 0;
