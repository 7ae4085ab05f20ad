-- Scalar macros for the names that hosts and clients give: who they stand for, and how an identity is written.
--
-- Repeatable, like words.sql.

-- A person's name from a log, NULL for what web servers write where there is none.
-- Anything else is a name, "null" too.
CREATE OR REPLACE MACRO person_name(written) AS
    CASE WHEN written NOT IN ('', '-') THEN written END;

-- A name that a host gave, as it is written in an identity. Midwatch's own identities
-- are a word and a colon ("unknown:203.0.113.9") or one such word ("anonymous"). A name
-- that somebody can choose must never look like one of them, so colons and percent
-- signs are escaped, and so is the first letter of a name that is one of these words.
CREATE OR REPLACE MACRO issued_name(name) AS
    CASE
        WHEN contains(name, ':') OR contains(name, '%') THEN replace(replace(name, '%', '%25'), ':', '%3a')
        WHEN name IN ('anonymous', 'unknown', 'token', 'key') OR name IN ('deploy_key', 'deploy_token') THEN printf('%%%02x', ascii(name)) || substr(name, 2)
        ELSE name
    END;

-- Whether a user name is one that people give beside a token because any will do,
-- and so is nobody's: GitHub "Authenticating with an installation token" and "oauth2"
-- clients, GitLab "CI/CD job token", Bitbucket Cloud "Using access tokens". Apache
-- writes a name that is empty as two quotes (mod_log_config).
CREATE OR REPLACE MACRO is_conventional_name(name) AS
    name IN ('""', 'x-access-token', 'x-oauth-basic', 'x-token-auth', 'x-bitbucket-api-token-auth', 'oauth2', 'oauth', 'oauthtoken', 'gitlab-ci-token', 'private-token', 'private_token', 'job-token', 'pat', '__token__', 'git', 'token');

-- Whether a user name was a token: scrubbing leaves the prefix that says its kind, and
-- a digest of the whole (scrub_user.go).
CREATE OR REPLACE MACRO is_token(name) AS
    (contains(name, 'REDACTED') OR contains(name, 'redacted')) AND regexp_full_match(name, '(?i)[a-z0-9_-]{0,16}redacted(-[0-9a-f]{16})?');

-- What such a name is called in an identity: "glpat-45bd9457b6ffcfcd", so that two
-- tokens are two.
CREATE OR REPLACE MACRO token_name(name) AS
    regexp_replace(name, '(?i)redacted-', '');

-- Whether a GitLab name is that of a bot user, which GitLab makes for access tokens
-- of projects and groups (GitLab, "Bot users for projects").
CREATE OR REPLACE MACRO is_gitlab_bot(name) AS
    regexp_matches(name, '^(project|group)_\d+_bot\d*(_[0-9a-f]+)?$|^(service_account_|support-bot|alert-bot|ghost|gitlab-security-bot)') OR contains(name, '_bot_');

-- Identity behind a request that a web server logged; who gave no name and was
-- refused is unknown at his address, who was served is anonymous. Without a status
-- (NULL: the log does not say who) it is unknown. A name that stands for no person is
-- told by its address.
CREATE OR REPLACE MACRO http_identity(forge, person, ip, status) AS
    CASE
        WHEN person IS NULL THEN CASE WHEN status < 400 THEN forge || ':anonymous' ELSE concat_ws(':', forge, 'unknown', ip) END
        WHEN is_token(person) THEN forge || ':token:' || token_name(person)
        WHEN is_conventional_name(person) THEN concat_ws(':', forge, 'token', person, ip)
        ELSE forge || ':' || issued_name(person)
    END;

-- Kind of the identity that http_identity gives: a name alone does not tell a
-- machine from a person, so a name is human here, but for those that stand for a
-- token.
CREATE OR REPLACE MACRO http_identity_kind(person, status) AS
    CASE
        WHEN person IS NULL THEN CASE WHEN status < 400 THEN 'anonymous' ELSE 'unknown' END
        WHEN is_token(person) OR is_conventional_name(person) THEN 'unknown'
        ELSE 'human'
    END;
