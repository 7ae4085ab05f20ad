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

-- An address as it is, without port and brackets.
CREATE OR REPLACE MACRO bare_address(written) AS
    said(regexp_replace(regexp_replace(trim(written), '^\[(.*)\](:\d+)?$', '\1'), '^(\d+\.\d+\.\d+\.\d+):\d+$', '\1'));

-- Whether a text is an address at all.
CREATE OR REPLACE MACRO is_address(ip) AS
    regexp_matches(ip, '^(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)$');

-- Whether an address is of a network of one's own, where one's proxies are
-- (RFC 1918, RFC 4193, loopback, a socket).
CREATE OR REPLACE MACRO is_private_address(ip) AS
    regexp_matches(ip, '^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|::ffff:(10|127|192\.168)\.|unix:)');

-- The client's address from what a host logs. Of a chain of proxies each adds who
-- came to it at the end, and what stands before may be the client's own word
-- (MDN, X-Forwarded-For): so it is the last that is not of a network of one's own,
-- and the first where all are.
CREATE OR REPLACE MACRO client_address(written) AS
    CASE
        WHEN contains(written, ',') THEN coalesce(
            list_filter(list_transform(string_split(written, ','), hop -> bare_address(hop)), hop -> is_address(hop) AND NOT is_private_address(hop))[-1],
            bare_address(split_part(written, ',', 1)))
        ELSE bare_address(written)
    END;

-- The client's address behind a proxy: what it forwards, but only where that is an
-- address and the request came from a network of one's own. A client may send any
-- such header.
CREATE OR REPLACE MACRO forwarded_address(peer, forwarded) AS
    CASE WHEN is_address(client_address(forwarded)) AND is_private_address(peer) THEN client_address(forwarded) ELSE client_address(peer) END;
