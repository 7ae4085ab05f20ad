-- What the tables mean, kept in the database.
--
-- Repeatable: installed anew whenever the binary's text differs from the
-- database's.
COMMENT ON TABLE event_fact IS 'One row a record, with ids: query the view event instead';
COMMENT ON TABLE access_day IS 'The nightly reduction, with ids: query the view access instead';
COMMENT ON TABLE access_form IS 'Ways access was granted, with the family each belongs to';
COMMENT ON TABLE identity_form IS 'Identities, one row for each way one was printed';
COMMENT ON TABLE repository_form IS 'Repositories that were ever named';
COMMENT ON TABLE credential_form IS 'Credentials that were ever used, by hash or id; never a secret';
COMMENT ON TABLE delegate_form IS 'Agents and applications that acts went through, and for whom, as hosts print them';
COMMENT ON TABLE agent_form IS 'Clients as they name themselves';
COMMENT ON TABLE address IS 'Addresses with the network around each';
COMMENT ON TABLE network_prefix IS 'The networks file of the configuration';
COMMENT ON TABLE source IS 'Configured sources';
COMMENT ON TABLE landing IS 'Logs and sealed segments that were read, and how far';
COMMENT ON TABLE quarantine IS 'Records that could not be given a meaning, with the reason';
COMMENT ON TABLE gap IS 'Spans in which a source gave nothing although it may have had something';
COMMENT ON TABLE source_reading IS 'When each source was last read whole, and what kept the newest run from it';
COMMENT ON TABLE control_event IS 'Changes of who may do what: grants, members, keys, visibility, logging';
COMMENT ON COLUMN control_event.native_action IS 'The host''s own word for it';
COMMENT ON COLUMN control_event.identity IS 'Who did it';
COMMENT ON COLUMN control_event.affected IS 'Whom it was done to, as the host prints it';
COMMENT ON TABLE source_hour IS 'Records a source gave in an hour';
COMMENT ON TABLE rolled_day IS 'Days rolled up, each with a digest of what it holds';
COMMENT ON TABLE stale_day IS 'Days that are to be rolled up again';
COMMENT ON TABLE assessment IS 'Every facet scored on a night; listed ones are findings';
COMMENT ON COLUMN assessment.night IS 'UTC day that was judged';
COMMENT ON COLUMN assessment.rank IS 'Place in the night by score, from 1';
COMMENT ON COLUMN assessment.score IS 'Orders the night, in nats';
COMMENT ON COLUMN assessment.raw IS 'Weight of the evidence in nats; above 0 speaks for theft';
COMMENT ON COLUMN assessment.expected_benign IS 'How many benign facets a night look this unusual';
COMMENT ON COLUMN assessment.listed IS 'Whether a person was shown it';
COMMENT ON COLUMN assessment.hypothesis IS 'The likeliest way of attack';
COMMENT ON COLUMN assessment.finding_id IS 'The finding it belongs to, the same night after night';
COMMENT ON COLUMN assessment.detail IS 'Everything that is kept of a finding, as JSON';
COMMENT ON TABLE scored_night IS 'Nights that were scored, by which version';
COMMENT ON COLUMN scored_night.list_expected IS 'False alarms a night that were accepted when it was listed (list.expected)';
COMMENT ON COLUMN scored_night.list_rows IS 'The most rows that were listed (list.rows)';
COMMENT ON TABLE learnt_state IS 'What scoring had learnt; empty in a snapshot';
COMMENT ON TABLE installed IS 'Digests of what was installed: macros, networks';
COMMENT ON TABLE migration IS 'Steps of the schema this database has taken';
COMMENT ON TABLE credential_fact IS 'What is known of credentials: owner, purpose, and since when each must be dead';
COMMENT ON COLUMN credential_fact.dead_at IS 'Revoked, rotated or under watch since then: a later use is a finding';
COMMENT ON COLUMN credential_fact.source IS 'File or containment that says so';
COMMENT ON TABLE secret_alert IS 'Alerts of secret scanning by repository';
COMMENT ON TABLE repository_fact IS 'What is known of repositories: tier, owner, whether one is bait';
