-- Whether a facet is a machine, by its family, the host's word or its name (MODEL 2.1).
--
-- The hours it keeps tell too; those are in baseline.novelty, which knows its days.
CREATE OR REPLACE MACRO baseline.is_machine(family, identity_kind, name) AS
    family IN ('app', 'deploy_key', 'deploy_token') OR identity_kind IN ('bot', 'app')
    OR regexp_matches(name, '(?i)(\[bot\]$)|(^|[-_.])(ci|bot|svc|build|runner|backup|mirror|scan|scanner|deploy|jenkins|automation|service|robot)([-_.\d]|$)');
