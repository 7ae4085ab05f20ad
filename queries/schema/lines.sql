-- Scalar macros for the lines of web servers: their parts, and whose address they name.
--
-- Repeatable, like words.sql.

-- Parts of a line of an access log: ip, person, time, request, status and the rest;
-- all of them '' where it is none. What a system log, a container's runtime or
-- Gitea's older logger puts before it, and the virtual host, are taken off.
CREATE OR REPLACE MACRO access_line(written) AS
    regexp_extract(written, '^(?:<\d+>)?(?:(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) [^\s\[]+ [^\s\[\]:]+(?:\[\d+\])?: |\d{4}-\d\d-\d\dT\S+ std(?:out|err) [FP] |\d{4}/\d\d/\d\d \d\d:\d\d:\d\d )?(?:\S+:\d+ )?(\[[0-9A-Fa-f:.]+\](?::\d+)?|[0-9A-Za-z_.:%][0-9A-Za-z_.:%-]*) \S+ (.*?) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3})(.*)$',
        ['ip', 'person', 'time', 'request', 'status', 'rest']);

-- Whether a name that was read from a line holds an address with more behind it:
-- then something unknown stands before the line, and whose it is would be a guess.
CREATE OR REPLACE MACRO is_shifted(person) AS
    regexp_matches(person, '(^| )(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*) ');

-- The client's address from what a host logs: the first of a chain of proxies,
-- without port and brackets.
CREATE OR REPLACE MACRO first_address(written) AS
    said(regexp_replace(regexp_replace(trim(split_part(written, ',', 1)), '^\[(.*)\](:\d+)?$', '\1'), '^(\d+\.\d+\.\d+\.\d+):\d+$', '\1'));

-- The client's address behind a proxy: the first that it forwards, but only where
-- that is an address and the request came from a private one. A client may send
-- any such header.
CREATE OR REPLACE MACRO forwarded_address(peer, forwarded) AS
    CASE
        WHEN regexp_matches(first_address(forwarded), '^(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)$') AND regexp_matches(peer, '^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|::ffff:(10|127|192\.168)\.|unix:)')
            THEN first_address(forwarded)
        ELSE first_address(peer)
    END;
