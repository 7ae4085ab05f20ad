-- What the tables of surroundings mean, kept in the database.
--
-- Repeatable: installed anew whenever the binary's text differs from the
-- database's.
COMMENT ON TABLE roster_entry IS 'Who is behind an identity: person, team, manager, first and last day';
COMMENT ON TABLE contribution IS 'Who wrote to a repository, by its own history; contributors by digest';
COMMENT ON TABLE code_owner IS 'Who owns which paths of a repository, by its CODEOWNERS file';
COMMENT ON TABLE repository_history IS 'When a repository was last written to, and how far its history was read';
