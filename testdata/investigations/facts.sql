-- What surrounds the fixture: facts that other files would bring.
INSERT INTO credential_fact (credential, forge, dead_at, owner, purpose, source) VALUES
    ('ANATOKEN0000000000000000000000000000000000000', 'github', TIMESTAMP '2026-07-20 11:00:00.051', 'ana', 'laptop', 'test'),
    ('BOKEY000000000000000000000000000000000000000=', 'github', NULL, 'bo', 'laptop', 'test'),
    ('SPAREKEY', 'github', NULL, 'Ana', 'never seen in use', 'test');
INSERT INTO secret_alert (repository, secret_type, opened_at, url, state) VALUES
    ('acme/vault', 'aws_access_key', TIMESTAMP '2026-05-01', 'https://example.test/1', 'open'),
    ('Acme/Vault', 'slack_token', TIMESTAMP '2026-05-02', 'https://example.test/2', 'open'),
    ('acme/vault', 'npm_token', TIMESTAMP '2026-05-03', 'https://example.test/3', 'resolved'),
    ('acme/quiet', 'npm_token', TIMESTAMP '2026-05-03', 'https://example.test/4', 'open');
INSERT INTO repository_fact (repository, tier, owner, canary) VALUES
    ('acme/vault', 'crown jewel', 'security', false), ('acme/attic', NULL, 'nobody', true);
INSERT INTO gap SELECT source_id, TIMESTAMP '2026-07-10', TIMESTAMP '2026-07-11', 'the host was asked too late', TIMESTAMP '2026-07-12' FROM source;
INSERT INTO assessment VALUES
    (DATE '2026-07-20', 1, 'github:ana', 'ana', 'personal', 20, 20, 0.001, true, 'thief', 'mw-20260720-00000001', NULL),
    (DATE '2026-07-03', 9, 'github:ana', 'ana', 'personal', 0, 0, 90, false, 'thief', NULL, NULL);
INSERT INTO roster_entry (identity, person, team) VALUES
    ('github:ana', 'Ana Lima', 'API'), ('github:bo', 'Bo Ek', 'Web'), ('github:ana-admin', 'Ana Lima', 'API'),
    ('github:dee', 'Dee Ray', 'Web'), ('github:eve', 'Dee Ray', 'Web'), ('github:cy', 'Cy Roe', 'Web'), ('github:fan', 'Cy Roe', 'Web');
