-- Scalar macros for git over HTTP: what the place and the size of a request tell of its meaning.
--
-- Repeatable, like words.sql. The numbers are of FORMATS 5, measured with git
-- 2.39.5 over HTTP/1.1 against git-http-backend behind nginx and Apache.

-- Version of git's wire protocol: as the log says it ('' where the client asked
-- for none, which is version 0), else by the answer to the opening request, which
-- in version 2 does not list references and stays below 300 bytes; NULL unknown.
CREATE OR REPLACE MACRO wire_version(git_protocol, opening_bytes) AS
    CASE
        WHEN git_protocol IS NOT NULL THEN CASE WHEN contains(git_protocol, 'version=2') THEN 2 ELSE 0 END
        WHEN opening_bytes <= 300 THEN 2
        WHEN opening_bytes > 300 THEN 0
    END;

-- 'ls_refs' or 'read' for a POST to git-upload-pack, the place-th of posts in its
-- conversation: in version 2 the first lists references, unless it is alone and
-- its answer is larger than 1,000 bytes, when it may be either and counts as read.
CREATE OR REPLACE MACRO post_action(version, place, posts, answer_bytes) AS
    CASE
        WHEN version = 2 AND place = 1 AND (posts > 1 OR answer_bytes <= 1000) THEN 'ls_refs'
        ELSE 'read'
    END;

-- Bytes of a request beyond those of a clone of one reference; NULL unknown.
CREATE OR REPLACE MACRO beyond_clone(version, opening_length, request_length) AS
    request_length - opening_length - CASE version WHEN 2 THEN 289 WHEN 0 THEN 249 END;

-- 'clone', 'fetch' or 'read' (either) for a request that reads objects, by its
-- size beyond that of its opening request. A clone of one reference sends 289
-- bytes more (version 0: 249); each further want or have line adds 50, shallow and
-- partial clones up to 48. So below 50 more nothing the client has was named:
-- clone. More lines than references were listed (listed_bytes, 50 or more each)
-- must name what it has: fetch. Holds for git over HTTP/1 and bodies git does not
-- compress; for all else, 'read'.
CREATE OR REPLACE MACRO size_action(agent, http, version, opening_length, request_length, listed_bytes) AS
    CASE
        WHEN coalesce(agent NOT LIKE 'git/%' OR http NOT LIKE 'HTTP/1%', true) THEN 'read'
        WHEN beyond_clone(version, opening_length, request_length) BETWEEN -60 AND 49 THEN 'clone'
        WHEN beyond_clone(version, opening_length, request_length) >= 75
            AND (beyond_clone(version, opening_length, request_length) - 25) // 50 + 1 > listed_bytes // 50 THEN 'fetch'
        ELSE 'read'
    END;
