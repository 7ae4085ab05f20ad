-- Scalar macros that every source mapping shares: what a path, a list of one and a type of token mean.
--
-- Repeatable: installed anew whenever the binary's text differs from the
-- database's.

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

-- First part of a repository's path where it has several, else ''.
CREATE OR REPLACE MACRO organisation(repository) AS
    CASE WHEN contains(repository, '/') THEN split_part(repository, '/', 1) ELSE '' END;
