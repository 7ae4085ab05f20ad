-- Whether a facet is a machine, by its family, the host's word or its name (MODEL 2.1).
--
-- The hours it keeps tell too; those are in baseline.novelty, which knows its days.

-- By what nobody can choose: the family, the host's word, and "[bot]" at the end,
-- which GitHub gives to apps alone.
CREATE OR REPLACE MACRO baseline.is_told_machine(family, identity_kind, name) AS
    family IN ('app', 'deploy_key', 'deploy_token') OR identity_kind IN ('bot', 'app') OR regexp_matches(name, '(?i)\[bot\]$');

-- By that or by one of the usual words in its name, which who makes an account
-- chooses: for a facet that has been there for some days.
CREATE OR REPLACE MACRO baseline.is_machine(family, identity_kind, name) AS
    baseline.is_told_machine(family, identity_kind, name)
    OR regexp_matches(name, '(?i)(^|[-_.])(ci|bot|svc|build|runner|backup|mirror|scan|scanner|deploy|jenkins|automation|service|robot)([-_.\d]|$)');
