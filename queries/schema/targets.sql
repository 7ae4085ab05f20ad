-- Scalar macros for the target of a request, resolved as the server resolved it.
--
-- Repeatable, like words.sql. A client writes the request and a server resolves it
-- before anything is served, so a request is resolved here in the same way before
-- it is matched: nginx (ngx_http_parse_complex_uri, merge_slashes), Apache
-- (ap_normalize_path, AP_NORMALIZE_*) and git-http-backend, which decodes the
-- parameters of the query itself (http-backend.c, get_parameters).

-- Text with its percent escapes taken out, once. An escape of a byte that is no
-- text stays as it stands, so that two such names stay two, and a NUL, which no web
-- server lets through, becomes U+FFFD.
CREATE OR REPLACE MACRO decoded(written) AS
    CASE
        WHEN contains(written, '%') THEN list_transform([written], lambda text: coalesce(TRY(url_decode(replace(text, '%00', '%EF%BF%BD'))), TRY(url_decode(regexp_replace(replace(text, '%00', '%EF%BF%BD'), '%([89A-Fa-f][0-9A-Fa-f])', '%25\1', 'g'))), text))[1]
        ELSE written
    END;

-- The same as often as servers in a row might do it, a proxy and what stands
-- behind it: three times.
CREATE OR REPLACE MACRO decoded_through(written) AS
    list_reduce(['', '', ''], lambda text, again: decoded(text), written);

-- A path without the parts that a server takes out: "//", "/./" and "/../".
CREATE OR REPLACE MACRO resolved_path(path) AS
    CASE
        WHEN contains(path, '//') OR contains(path, '/.') THEN list_reduce(string_split(path, '/'), lambda before, part: CASE
            WHEN part IN ('', '.') THEN before
            WHEN part = '..' THEN regexp_replace(before, '/?[^/]*$', '')
            ELSE before || '/' || part
        END, '')
        ELSE path
    END;

-- A request's target as the client sent it: web servers write what could break a
-- line as \x22, which is the byte that an escape in the target would be.
CREATE OR REPLACE MACRO sent_target(target) AS
    CASE WHEN contains(target, '\') THEN regexp_replace(target, '\\x([0-9A-Fa-f]{2})', '%\1', 'g') ELSE target END;

-- The path that a request's target means on the server: without the host of the
-- absolute form, the query and the fragment, decoded and resolved.
CREATE OR REPLACE MACRO request_path(target) AS
    CASE
        WHEN regexp_full_match(target, '(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+(\?.*)?') THEN split_part(target, '?', 1)
        ELSE list_transform(
            [decoded_through(regexp_extract(regexp_replace(sent_target(target), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''), '^[^?#]*'))],
            lambda path: resolved_path(path))[1]
    END;

-- The parameters of a request's query, decoded, as a list of "name=value".
CREATE OR REPLACE MACRO request_parameters(target) AS
    CASE WHEN contains(target, '?') THEN list_transform(string_split(replace(regexp_extract(sent_target(target), '\?([^#]*)', 1), ';', '&'), '&'), lambda parameter: decoded_through(parameter)) END;

-- The value of a parameter in that list, the last where there are several; NULL
-- where it is not in it.
CREATE OR REPLACE MACRO request_parameter(parameters, name) AS
    substr(list_filter(parameters, lambda parameter: starts_with(parameter, name || '='))[-1], length(name) + 2);
