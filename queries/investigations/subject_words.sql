-- How a subject is written: a repository by its address, an address or prefix, a name that cannot be shown.
--
-- Scalar macros; subject_named builds on them.

-- The path of a repository in its address, NULL where it is none:
-- https://host/path.git, ssh://git@host/path or git@host:path.
CREATE OR REPLACE MACRO investigate.repository_of(text) AS
    nullif(regexp_replace(trim(regexp_extract(text, '^(?:[a-z]+://[^/\s]+/|[^@\s/]+@[^:\s/]+:)(.+)$', 1), '/'), '[.]git$', ''), '');

-- The bits that an address or the address of a prefix must have: 32 or 128.
CREATE OR REPLACE MACRO investigate.width(ip) AS CASE WHEN contains(ip, ':') THEN 128 ELSE 32 END;

-- An address, NULL where the text is none.
CREATE OR REPLACE MACRO investigate.address_of(text) AS
    CASE WHEN length(investigate.bits(text)) = investigate.width(text) THEN text END;

-- An address, a prefix or an AS number as the questions compare it, NULL where
-- it is none of them: IPv4 in IPv6 as IPv4, without a zone.
CREATE OR REPLACE MACRO investigate.network_of(text) AS
    CASE
        WHEN regexp_full_match(text, '([Aa][Ss])?[0-9]{1,10}') THEN upper(text)
        WHEN regexp_full_match(text, '::[fF]{4}:[0-9.]+') THEN investigate.address_of(text[8:])
        WHEN regexp_full_match(text, '[^/]+/[0-9]{1,3}') AND TRY_CAST(split_part(text, '/', 2) AS INTEGER) <= investigate.width(text)
            AND investigate.address_of(split_part(text, '/', 1)) IS NOT NULL THEN text
        WHEN NOT contains(text, '/') THEN investigate.address_of(regexp_replace(text, '%[A-Za-z0-9._-]+$', ''))
    END;

-- A character that does nothing but show, and a space.
CREATE OR REPLACE MACRO investigate.shows(letter) AS letter = ' ' OR NOT regexp_matches(letter, '[\p{C}\p{Z}]');

-- A name from a log in quotes, so that it does nothing to who reads it: what does
-- not show is written as its number, and no more than 200 characters are.
CREATE OR REPLACE MACRO investigate.quoted(text) AS
    '"' || replace(CASE
        WHEN regexp_matches(replace(left(text, 200), ' ', ''), '[\p{C}\p{Z}]')
            THEN array_to_string(list_transform(string_split(left(text, 200), ''),
                lambda letter: CASE WHEN investigate.shows(letter) THEN letter ELSE '\u' || lpad(format('{:x}', unicode(letter)), 4, '0') END), '')
        ELSE left(text, 200) END, '"', '\"') || CASE WHEN length(text) > 200 THEN '..."' ELSE '"' END;

-- The name that was printed as a text, NULL where nothing in it is written as a number.
CREATE OR REPLACE MACRO investigate.unescaped(text) AS
    CASE WHEN contains(text, '\') THEN
        array_to_string(list_transform(regexp_extract_all(text, '\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2}|\\.|(?s:.)'), lambda piece: CASE
            WHEN regexp_full_match(piece, '\\[uUx][0-9a-fA-F]+') THEN chr(TRY_CAST('0x' || piece[3:] AS INTEGER))
            WHEN length(piece) = 2 AND piece[1] = '\' THEN coalesce(element_at(MAP {'a': chr(7), 'b': chr(8), 'f': chr(12), 'n': chr(10), 'r': chr(13), 't': chr(9), 'v': chr(11)}, piece[2])[1], piece[2])
            ELSE piece END), '')
    END;

-- A name, or an error that says why there is none.
CREATE OR REPLACE MACRO investigate.name_or_error(name, problem) AS CASE WHEN problem IS NULL THEN name ELSE error(problem) END;
