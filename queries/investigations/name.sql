-- Names that questions can be asked about: identities, persons, repositories, credentials, findings, with what they are also called.
--
-- For completion, and to find what somebody meant.
CREATE OR REPLACE MACRO investigate.name () AS TABLE
SELECT DISTINCT 'identity' AS kind, identity AS name, coalesce(nullif(name, ''), nullif(sso, '')) AS alias FROM identity_form
UNION
SELECT 'identity', identity, sso FROM identity_form WHERE sso <> ''
UNION ALL
SELECT DISTINCT 'repository', repository, regexp_extract(repository, '[^/]*$') FROM repository_form WHERE repository <> ''
UNION ALL
SELECT 'credential', credential, NULL FROM credential_form
UNION ALL
SELECT DISTINCT 'person', person, NULL FROM roster_entry
UNION ALL
SELECT DISTINCT 'finding', finding_id, identity_name FROM finding_listed WHERE finding_id IS NOT NULL;

-- Apps and agents by name, with the number of an OAuth application or the name without [bot] as their other name.
CREATE OR REPLACE MACRO investigate.app_name () AS TABLE
SELECT name, regexp_replace(name, '\[bot\]$', '') AS alias FROM identity_form WHERE kind IN ('app', 'bot') AND name <> ''
UNION
SELECT application, application_id FROM delegate WHERE application IS NOT NULL
UNION
SELECT agent, NULL FROM delegate WHERE agent IS NOT NULL;
