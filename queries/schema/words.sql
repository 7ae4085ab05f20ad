-- Scalar macros that every source mapping shares: what a time, a path, a list of one and a token type mean.
--
-- Repeatable: installed anew whenever the binary's text differs from the
-- database's.

-- UTC time from epoch seconds, milliseconds, microseconds or nanoseconds (whole
-- or with a fraction, also in scientific notation) or from ISO 8601 text, where
-- a text without a zone is UTC; NULL where it is none of these.
CREATE OR REPLACE MACRO utc_time(written) AS
    CASE
        WHEN TRY_CAST(written AS BIGINT) BETWEEN 100000000000 AND 99999999999999
            THEN make_timestamp(TRY_CAST(written AS BIGINT) * 1000)
        WHEN TRY_CAST(written AS DOUBLE) IS NULL
            THEN TRY_CAST(written AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 1e11
            THEN make_timestamp((TRY_CAST(written AS DOUBLE) * 1e6)::BIGINT)
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 1e14
            THEN make_timestamp((TRY_CAST(written AS DOUBLE) * 1e3)::BIGINT)
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 1e17
            THEN make_timestamp(TRY_CAST(written AS DOUBLE)::BIGINT)
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 9e18
            THEN make_timestamp((TRY_CAST(written AS DOUBLE) / 1e3)::BIGINT)
    END;

-- The text itself, or the first element where a host wrote a JSON list. Text that
-- only begins like one is no list.
CREATE OR REPLACE MACRO first_of(written) AS
    CASE WHEN written[1] = '[' AND json_valid(written) THEN json_extract_string(written, '$[0]') ELSE written END;

-- NULL for what hosts write where they have nothing to say.
CREATE OR REPLACE MACRO said(written) AS
    CASE WHEN written NOT IN ('', '-', 'null') THEN written END;

-- A repository's full path: lower case, no leading slash, no trailing ".git", and
-- without the parts that a disk or a server takes out ("//", "/./", "/../").
CREATE OR REPLACE MACRO repository_path(written) AS
    nullif(CASE
        WHEN NOT (contains(written, '//') OR contains(written, '/.') OR starts_with(written, '.') OR ends_with(written, '/')) THEN CASE
            WHEN ends_with(written, '.git') THEN lower(ltrim(left(written, -4), '/'))
            ELSE lower(ltrim(written, '/'))
        END
        ELSE lower(trim(regexp_replace(list_reduce(string_split(written, '/'), lambda before, part: CASE
            WHEN part IN ('', '.') THEN before
            WHEN part = '..' THEN regexp_replace(before, '/?[^/]*$', '')
            ELSE before || '/' || part
        END, ''), '(.)/?\.git$', '\1'), '/'))
    END, '');

-- A person's name from a log, NULL for what web servers write where there is none.
-- Anything else is a name, "null" too.
CREATE OR REPLACE MACRO person_name(written) AS
    CASE WHEN written NOT IN ('', '-') THEN written END;

-- A name that a host gave, as it stands in an identity. Ours have a colon behind one
-- of our words ("unknown:203.0.113.9") or are one of them ("anonymous"), so no name
-- that somebody may choose is written like these: colons and percent signs become
-- escapes, and of a name that is one of our words the first letter.
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

-- A text with the escapes that a web server writes for what could break its line
-- (\", \\, \x22) taken out.
CREATE OR REPLACE MACRO unescaped(written) AS
    CASE
        WHEN contains(written, '\') THEN coalesce(TRY(url_decode(replace(regexp_replace(regexp_replace(replace(written, '%', '%25'), '\\x([0-9A-Fa-f]{2})', '%\1', 'g'), '\\(["\\])', '\1', 'g'), '%00', '%EF%BF%BD'))), written)
        ELSE written
    END;

-- Kind of credential from the host's free text for the access type, in lower
-- case (GitHub's "programmatic_access_type", FORMATS 1.2): matched by part;
-- unknown text gives 'unknown'.
CREATE OR REPLACE MACRO credential_kind(access_type) AS
    CASE
        WHEN access_type IS NULL THEN 'none'
        WHEN contains(access_type, 'server-to-server') OR contains(access_type, 'installation') THEN 'app_token'
        WHEN contains(access_type, 'user-to-server') THEN 'app_user_token'
        WHEN contains(access_type, 'user/deploy') THEN 'ssh_key'
        WHEN contains(access_type, 'deploy key') THEN 'deploy_key'
        WHEN contains(access_type, 'deploy token') THEN 'deploy_token'
        WHEN contains(access_type, 'fine-grained') THEN 'fine_grained_pat'
        WHEN contains(access_type, 'personal access token') THEN 'pat'
        WHEN contains(access_type, 'oauth') THEN 'oauth'
        WHEN contains(access_type, 'public key') OR contains(access_type, 'ssh') THEN 'ssh_key'
        WHEN contains(access_type, 'password') THEN 'password'
        ELSE 'unknown'
    END;

-- Access-type family of a credential kind: whose habits a use of it belongs to.
-- Apps that act as a person ('delegated') are apart from the person's own keys.
CREATE OR REPLACE MACRO access_family(credential_kind) AS
    CASE credential_kind
        WHEN 'app_token' THEN 'app'
        WHEN 'app_user_token' THEN 'delegated'
        WHEN 'deploy_key' THEN 'deploy_key'
        WHEN 'deploy_token' THEN 'deploy_token'
        ELSE 'personal'
    END;

-- UTC time from a local time that was written without its zone, in the zone of the
-- configuration. The hour that comes twice in autumn is taken for the second one,
-- the hour that is left out in spring for the one after.
CREATE OR REPLACE MACRO zoned_time(written, zone) AS
    (TRY_CAST(written AS TIMESTAMP) AT TIME ZONE zone) AT TIME ZONE 'UTC';

-- UTC time of a line that a system log or a stamping pipe wrote: ISO 8601, or the
-- older "Nov 22 08:55:18" in the zone and of the last year that is not after the
-- collection; NULL where the line begins with no time.
CREATE OR REPLACE MACRO syslog_time(line VARCHAR, zone VARCHAR, collected_at TIMESTAMP) AS
    CASE
        WHEN regexp_matches(line, '^(<\d+>)?\d* ?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d)')
            THEN utc_time(replace(regexp_extract(line, '\d{4}-\d\d-\d\d[T ][0-9:.,]+(Z|[+-]\d\d:?\d\d)'), ',', '.'))
        WHEN regexp_matches(line, '^(<\d+>)?\d* ?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d')
            THEN zoned_time(replace(regexp_extract(line, '\d{4}-\d\d-\d\d[T ][0-9:.,]+'), ',', '.'), zone)
        ELSE (
            SELECT max(t) FROM (
                SELECT (try_strptime((year(collected_at) - back)::VARCHAR || ' ' || regexp_extract(line, '^(?:<\d+>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)', 1), '%Y %b %d %H:%M:%S') AT TIME ZONE zone) AT TIME ZONE 'UTC' AS t
                FROM (VALUES (-1), (0), (1)) AS y(back)
            )
            WHERE t <= collected_at + INTERVAL 1 DAY
        )
    END;

-- First part of a repository's path where it has several, else ''.
CREATE OR REPLACE MACRO organisation(repository) AS
    CASE WHEN contains(repository, '/') THEN split_part(repository, '/', 1) ELSE '' END;

-- UTC time of Gerrit's logs: "2020-08-28 11:00:01,391 +0200" before 3.2, ISO 8601
-- with a comma before the milliseconds since.
CREATE OR REPLACE MACRO gerrit_time(written) AS
    utc_time(replace(regexp_replace(written, ' ?([+-]\d\d):?(\d\d)$', '\1:\2'), ',', '.'));
