-- The bounds that a night was listed by, so that its reports say the same when they
-- are written again under another configuration.
ALTER TABLE scored_night ADD COLUMN list_expected DOUBLE;
ALTER TABLE scored_night ADD COLUMN list_rows INTEGER;
