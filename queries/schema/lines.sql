-- Scalar macros for the lines of web servers: their parts, and who asked.
--
-- Repeatable, like words.sql.

-- Parts of a line of an access log: the word (or chain of addresses) that it begins
-- with, what stands between that and the time, time, request, status and the rest; all
-- of them '' where it is none. What a system log, a container's runtime or Gitea's older
-- logger puts before it is taken off. A name may hold anything but a quote, which web
-- servers escape, so the time that a quote follows is the line's own. Gitea escapes
-- nothing, but a target has no blank, so it may hold quotes.
CREATE OR REPLACE MACRO access_line(written) AS
    regexp_extract(written, '^(?:<\d+>)?(?:(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) [^\s\[]+ [^\s\[\]:]+(?:\[\d+\])?: |\d{4}-\d\d-\d\dT\S+ std(?:out|err) [FP] |\d{4}/\d\d/\d\d \d\d:\d\d:\d\d )?([^\s,"]+(?:, ?[^\s,"]+)*) (.*?) \[(\d\d?/[A-Z][a-z]{2}/\d{4}[^\]"]*|\d{4}-\d\d-\d\dT[^\]"]*)\] "(\S+ \S* HTTP/[0-9.]+|(?:[^"\\]|\\.)*)" (\d{3})(.*)$',
        ['first', 'middle', 'time', 'request', 'status', 'rest']);

-- Who asked, from the first word of a line of an access log and its middle: peer and
-- what was forwarded to it, name as it stands, and whether the line is shifted, so that
-- whose it is would be a guess. By the common log format an address, the answer of
-- identd ("-") and the name follow each other; before them the virtual host may stand,
-- or another address, which is what a proxy forwarded or the server's own. A name may
-- look like an address: only what stands before identd's answer counts as one.
CREATE OR REPLACE MACRO access_who(first, middle) AS
    CASE
        WHEN regexp_matches(middle, '^\[?(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)[^\s,]*(, ?[^\s,]+)* \S+ .') THEN {
            'peer': regexp_extract(middle, '^[^\s,]+(?:, ?[^\s,]+)*'), 'forwarded': CASE WHEN is_address_word(first) THEN first END,
            'name': regexp_extract(middle, '^[^\s,]+(?:, ?[^\s,]+)* \S+ (.+)$', 1), 'is_shifted': false}
        WHEN regexp_matches(first, ':\d+$') AND NOT is_address_word(first) AND regexp_matches(middle, '^[^-]\S* \S+ .') THEN {
            'peer': regexp_extract(middle, '^\S+'), 'forwarded': NULL, 'name': regexp_extract(middle, '^\S+ \S+ (.+)$', 1), 'is_shifted': false}
        ELSE {
            'peer': first, 'forwarded': NULL, 'name': regexp_extract(middle, '^\S+ (.*)$', 1),
            'is_shifted': NOT is_address_word(first) AND regexp_matches(middle, '^([^-]\S*|-\S+) (.* )?\[?(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)[,\] ]|^- (\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*) - ')}
    END;
