-- Scalar macros for git over HTTP: what a request asks for, which repository it names, and what became of it.
--
-- Repeatable, like words.sql. Paths and parameters are those of targets.sql: decoded
-- and resolved.

-- Whether a request asks for a service of git, however it is spelt: with other
-- letters' case, or with something behind it that one server ignores and another
-- does not.
CREATE OR REPLACE MACRO asks_for_git(path, parameters) AS
    regexp_matches(path, '(?is)/(info/refs|git-(upload|receive)-pack|git-upload-archive)([^a-z0-9_/-][^/]*)?/*$')
    OR coalesce(regexp_matches(request_parameter(parameters, 'service'), '(?i)^\s*git-?(upload|receive)'), false);

-- What a request asks of a door that hands out a repository without git's services:
-- 'archive' for the whole of it, 'raw' for a file, 'object' for a file that Git LFS
-- keeps; NULL for none of it. Sources: Git LFS "Basic transfer API", GitLab "Git LFS",
-- Gitiles "+archive" and "?format=TEXT", repo's clone.bundle, and the APIs of GitHub,
-- Gitea, GitLab and Bitbucket Data Center ("projects/{key}/repos/{slug}/archive").
CREATE OR REPLACE MACRO door_kind(method, path, parameters) AS
    CASE
        WHEN coalesce(method NOT IN ('GET', 'HEAD'), true) THEN NULL
        WHEN regexp_matches(path, '/(info/lfs|gitlab-lfs)/objects/[0-9a-f]{64}(/|$)') THEN 'object'
        WHEN ends_with(path, '/clone.bundle') OR regexp_matches(path, '(?s)/\+archive/.') THEN 'archive'
        WHEN request_parameter(parameters, 'format') = 'TEXT' AND regexp_matches(path, '(?s)/\+/.') THEN 'raw'
        WHEN NOT is_api_path(path) THEN NULL
        WHEN regexp_matches(path, '(?s)/api/v[0-9]+/(repos/[^/]+/[^/]+|repositories/[0-9]+)/(tarball|zipball|archive)(/|$)|/rest/api/[^/]+/projects/[^/]+/repos/[^/]+/archive$|/api/v4/projects/.+/(repository/archive(\.[a-z0-9.]+)?|export/download)$') THEN 'archive'
        WHEN regexp_matches(path, '(?s)/api/v[0-9]+/(repos/[^/]+/[^/]+|repositories/[0-9]+)/(contents|readme|raw|media|git/blobs)(/|$)|/rest/api/[^/]+/projects/[^/]+/repos/[^/]+/raw/|/api/v4/projects/.+/repository/(files|blobs)/') THEN 'raw'
    END;

-- Whether a path is one of a host's API about a repository, which is no repository
-- itself.
CREATE OR REPLACE MACRO is_api_path(path) AS
    regexp_matches(path, '^(/[^/]+)?(/api/v[0-9]+/(repos|repositories|projects)/|/rest/api/[^/]+/projects/)');

-- The repository that such a path names; NULL where it is a number.
CREATE OR REPLACE MACRO api_repository(path) AS
    coalesce(
        nullif(regexp_extract(path, '/api/v[0-9]+/repos/([^/]+/[^/]+)', 1), ''),
        nullif(replace(regexp_extract(path, '/rest/api/[^/]+/projects/([^/]+/repos/[^/]+)', 1), '/repos/', '/'), ''),
        nullif(regexp_replace(regexp_extract(path, '(?s)/api/v[0-9]+/projects/(.+?)/(?:repository|export)/', 1), '^\d+$', ''), ''));

-- What a request does, from its method, its path and its parameters; NULL for no
-- access to a repository. 'open' and 'open_push' begin a conversation, 'fetch' and
-- 'push' carry it; 'object' is the dumb protocol, which hands out the repository's
-- files; 'odd' asks for a service of git in a way that this does not understand.
CREATE OR REPLACE MACRO resolved_kind(method, path, parameters) AS
    CASE
        WHEN method = 'POST' AND ends_with(path, '/git-upload-pack') THEN 'fetch'
        WHEN method = 'POST' AND ends_with(path, '/git-receive-pack') THEN 'push'
        WHEN method = 'POST' AND ends_with(path, '/git-upload-archive') THEN 'archive'
        WHEN method IN ('GET', 'HEAD') AND ends_with(path, '/info/refs') THEN CASE
            WHEN parameters IS NULL OR list_contains(parameters, 'service=git-upload-pack') THEN 'open'
            WHEN list_contains(parameters, 'service=git-receive-pack') THEN 'open_push'
            WHEN request_parameter(parameters, 'service') IS NULL THEN 'open'
            ELSE 'odd'
        END
        WHEN asks_for_git(path, parameters) THEN 'odd'
        WHEN coalesce(method NOT IN ('GET', 'HEAD'), true) THEN NULL
        WHEN door_kind(method, path, parameters) IS NOT NULL THEN door_kind(method, path, parameters)
        WHEN regexp_matches(path, '/objects/(pack/pack-[0-9a-f]+\.pack|[0-9a-f]{2}/[0-9a-f]{38,62})$') THEN 'object'
        WHEN regexp_matches(path, '(?s)/(snapshot|archive)/.+\.(tar|tgz|tbz2|txz|zip|bundle)') OR request_parameter(parameters, 'a') = 'snapshot' THEN 'archive'
        WHEN regexp_matches(path, '(?s)^/.+/(raw|plain)/.') OR request_parameter(parameters, 'a') = 'blob_plain' THEN 'raw'
    END;

-- The repository that a resolved path names for a service of git: what is asked of a
-- service ends the path, whatever parameters stand behind it.
CREATE OR REPLACE MACRO service_repository(path) AS
    nullif(regexp_extract(path, '(?is)^(/.*)/(info/refs|git-(upload|receive)-pack|git-upload-archive)([^a-z0-9_/-][^/]*)?/*$', 1), '');

-- The same for a door that hands out files, which may have any names behind it, so that
-- the first counts.
CREATE OR REPLACE MACRO door_repository(path) AS
    coalesce(
        CASE WHEN is_api_path(path) THEN coalesce(api_repository(path), '/') END,
        nullif(regexp_extract(path, '(?s)^(/.*)/(?:info/lfs|gitlab-lfs)/objects/', 1), ''),
        nullif(regexp_extract(path, '(?s)^(?:/a)?(?:/plugins/gitiles)?(/.+?)/\+(?:archive)?/', 1), ''),
        nullif(regexp_extract(path, '(?s)^(/.+)/clone\.bundle$', 1), ''),
        nullif(regexp_extract(path, '(?s)^(/.+?)/-/', 1), ''),
        nullif(regexp_extract(path, '(?s)^(/.*?\.git)/(objects|archive|snapshot|raw|plain)/', 1), ''),
        nullif(regexp_extract(path, '(?s)^(/.+?)/(objects|archive|snapshot|raw|plain)/', 1), '')
    );

-- The repository that a request names, with all folders before it, NULL where it
-- names none. gitweb has it in a parameter, which is a client's word to every other
-- server: where path and parameter name two, it is not known which was handed out.
CREATE OR REPLACE MACRO path_repository(path, parameters) AS
    list_transform([CASE
        WHEN request_parameter(parameters, 'a') IN ('snapshot', 'blob_plain') AND request_parameter(parameters, 'p') IS NOT NULL THEN coalesce(service_repository(path), CASE
            WHEN coalesce(ends_with(repository_path(door_repository(path)), repository_path(request_parameter(parameters, 'p'))), true) THEN request_parameter(parameters, 'p')
        END)
        ELSE coalesce(service_repository(path), door_repository(path))
    END], lambda written: repository_path(written))[1];

-- A repository without the folder that web servers are commonly told to serve
-- repositories under (git, scm, cgit, gitweb), which is not a part of its name.
CREATE OR REPLACE MACRO without_served_folder(repository) AS
    regexp_replace(repository, '^((?:cgi-bin/)?(?:cgit|gitweb)(?:\.cgi)?|git|scm)/(.+)$', '\2');

-- A parameter of GitLab's API by its key, from the list that its logs write; NULL
-- where it is not in it.
CREATE OR REPLACE MACRO gitlab_parameter(params JSON, wanted VARCHAR) AS
    json_extract_string(list_filter(json_extract(params, '$[*]')::JSON[], lambda p: json_extract_string(p, '$.key') = wanted)[1], '$.value');

-- What a request of GitLab's API asks of a project: 'archive' for the whole of it
-- (also as an export), 'raw' for a file, 'push' to write one; NULL for none of it.
CREATE OR REPLACE MACRO gitlab_api_kind(method, path) AS
    CASE
        WHEN NOT starts_with(path, '/api/v4/projects/') THEN NULL
        WHEN method NOT IN ('GET', 'HEAD') THEN CASE WHEN regexp_matches(path, '^/api/v4/projects/.+?/repository/(files/.|commits$)') THEN 'push' END
        WHEN regexp_matches(path, '^/api/v4/projects/.+?/(repository/archive|export/download)') THEN 'archive'
        WHEN regexp_matches(path, '^/api/v4/projects/.+?/repository/(files|blobs)/.') THEN 'raw'
    END;

-- The project that a target of such a request names; NULL where it is a number.
CREATE OR REPLACE MACRO gitlab_api_project(target) AS
    decoded(nullif(regexp_replace(regexp_extract(target, '^/api/v4/projects/([^/?]+)/(repository|export)/', 1), '^\d+$', ''), ''));

-- Outcome of a request by its HTTP status.
CREATE OR REPLACE MACRO http_outcome(status) AS
    CASE
        WHEN status IN (401, 403, 407, 429) THEN 'denied'
        WHEN status IN (404, 410) THEN 'not_found'
        WHEN status >= 400 OR status IS NULL THEN 'error'
        ELSE 'ok'
    END;

-- Class of a request: 'ignored' for what is no access to a repository, for the
-- unauthenticated request that git begins with when another follows it within ten
-- minutes (or still may: the log ends within one), for the answered opening of a
-- push, and for what was sent elsewhere (archives and files are handed out so too,
-- by 302 and 307).
CREATE OR REPLACE MACRO request_class(kind, status, person, is_followed) AS
    CASE
        WHEN kind IS NULL THEN 'ignored'
        WHEN status = 401 AND person IS NULL AND is_followed THEN 'ignored'
        WHEN kind = 'open_push' AND status < 400 THEN 'ignored'
        WHEN status IN (301, 303, 308) OR (status IN (302, 307) AND kind NOT IN ('archive', 'raw')) THEN 'ignored'
        ELSE 'event'
    END;

-- Action of a request: what it asked for where it was refused.
CREATE OR REPLACE MACRO request_action(kind, status, version, place, posts, answer_bytes, by_size) AS
    CASE kind
        WHEN 'open' THEN 'ls_refs'
        WHEN 'open_push' THEN 'push'
        WHEN 'fetch' THEN CASE
            WHEN post_action(version, place, posts, answer_bytes) = 'ls_refs' THEN 'ls_refs'
            WHEN version = 2 AND place = 1 THEN 'read'
            ELSE by_size
        END
        WHEN 'object' THEN 'read'
        WHEN 'raw' THEN 'api_read'
        WHEN 'odd' THEN 'other'
        ELSE kind
    END;

-- What was asked, with the basis of an inferred action in words.
CREATE OR REPLACE MACRO request_basis(kind, method, action) AS
    CASE kind
        WHEN 'open' THEN 'GET info/refs'
        WHEN 'open_push' THEN 'GET info/refs for a push'
        WHEN 'fetch' THEN 'POST git-upload-pack' || CASE action
            WHEN 'ls_refs' THEN ': lists references, by its place and size'
            WHEN 'clone' THEN ': names nothing it has, by its size'
            WHEN 'fetch' THEN ': names what it has, by its size'
            ELSE ': clone or fetch'
        END
        WHEN 'push' THEN 'POST git-receive-pack'
        WHEN 'odd' THEN coalesce(method, '') || ' a service of git, oddly spelt'
        ELSE coalesce(method, '') || ' ' || kind
    END;

-- Whether a record that could not be understood looks like an access to a repository,
-- which must not be missing in silence: whether it names a service of git, or what
-- hosts call an access or a copy, spelt with escapes or without.
CREATE OR REPLACE MACRO looks_like_access(record) AS
    regexp_matches(
        replace(replace(decoded_through(record), '\u002d', '-'), '\u002f', '/'),
        '(?i)(upload|receive)[-_. ]?pack|upload[-_]?archive|info/refs|\bgit[._ -](clone|fetch|pull|push|command)|\bgit(clone|fetch|pull|push)\b|repository_git_operation|download_zip|tarball|zipball|/(archive|snapshot)[/.?]|/objects/|\.git[/ "'']|documentation_url');
