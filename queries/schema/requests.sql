-- Scalar macros for git over HTTP: what a request is, which repository it names, whose it is.
--
-- Repeatable, like words.sql.

-- Text with its percent escapes taken out; as it stands where they hide no text.
CREATE OR REPLACE MACRO decoded(written) AS
    coalesce(TRY(url_decode(written)), written);

-- What a request does, from its method and its URI; NULL for no access to a
-- repository. 'open' and 'open_push' begin a conversation, 'fetch' and 'push'
-- carry it; 'object' is the dumb protocol, which hands out the repository's files.
CREATE OR REPLACE MACRO request_kind(method, uri) AS
    CASE
        WHEN method = 'POST' AND regexp_matches(uri, '/git-upload-pack(\?|$)') THEN 'fetch'
        WHEN method = 'POST' AND regexp_matches(uri, '/git-receive-pack(\?|$)') THEN 'push'
        WHEN method = 'POST' AND regexp_matches(uri, '/git-upload-archive(\?|$)') THEN 'archive'
        WHEN method <> 'GET' OR method IS NULL THEN NULL
        WHEN regexp_matches(uri, '/info/refs\?(.*&)?service=git-upload-pack(&|$)') THEN 'open'
        WHEN regexp_matches(uri, '/info/refs\?(.*&)?service=git-receive-pack(&|$)') THEN 'open_push'
        WHEN regexp_matches(uri, '/info/refs(\?|$)') THEN 'open'
        WHEN regexp_matches(uri, '/objects/(pack/pack-[0-9a-f]+\.pack|[0-9a-f]{2}/[0-9a-f]{38,62})$') THEN 'object'
        WHEN regexp_matches(uri, '/(snapshot|archive)/[^?]+\.(tar|tgz|zip|bundle)|[?&;]a=snapshot(;|&|$)') THEN 'archive'
        WHEN regexp_matches(uri, '^/[^?]+/(raw|plain)/[^?]+|[?&;]a=blob_plain(;|&|$)') THEN 'raw'
    END;

-- The repository that a URI names, with all folders before it; NULL where it names none.
CREATE OR REPLACE MACRO uri_repository(uri) AS
    repository_path(decoded(coalesce(
        CASE WHEN regexp_matches(uri, '[?&;]a=(snapshot|blob_plain)(;|&|$)') THEN nullif(regexp_extract(uri, '[?&;]p=([^&;]+)', 1), '') END,
        regexp_replace(regexp_extract(split_part(uri, '?', 1), '^(/.*)/(info/refs|git-(upload|receive)-pack|git-upload-archive|objects/.*|archive/.*|snapshot/.*|raw/.*|plain/.*)$', 1), '/-$', '')
    )));

-- A parameter of GitLab's API by its key, from the list that its logs write; NULL
-- where it is not in it.
CREATE OR REPLACE MACRO gitlab_parameter(params JSON, wanted VARCHAR) AS
    json_extract_string(list_filter(json_extract(params, '$[*]')::JSON[], lambda p: json_extract_string(p, '$.key') = wanted)[1], '$.value');

-- The project that a path of GitLab's API names, by name or by number, where it
-- asks for source ('archive', 'files/...', 'blobs/...'); '' where it does not.
CREATE OR REPLACE MACRO gitlab_api_project(path) AS
    decoded(regexp_extract(path, '^/api/v4/projects/([^/]+)/repository/(archive|files/.|blobs/.)', 1));

-- The same without the folder that web servers are commonly told to serve
-- repositories under (git, scm, cgit, gitweb), which is not a part of its name.
CREATE OR REPLACE MACRO request_repository(uri) AS
    repository_path(regexp_replace(uri_repository(uri), '^((?:cgi-bin/)?(?:cgit|gitweb)(?:\.cgi)?|git|scm)/(.+)$', '\2'));

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
        ELSE method || ' ' || kind
    END;

-- Identity behind a request that a web server logged; who gave no name and was
-- refused is unknown at his address, who was served is anonymous.
CREATE OR REPLACE MACRO http_identity(forge, person, ip, status) AS
    CASE
        WHEN person IS NOT NULL THEN forge || ':' || person
        WHEN status < 400 THEN forge || ':anonymous'
        ELSE concat_ws(':', forge, 'unknown', ip)
    END;

-- Kind of the identity that http_identity gives: a name alone does not tell a
-- machine from a person, so a name is human here.
CREATE OR REPLACE MACRO http_identity_kind(person, status) AS
    CASE WHEN person IS NOT NULL THEN 'human' WHEN status < 400 THEN 'anonymous' ELSE 'unknown' END;
