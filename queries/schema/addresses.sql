-- Scalar macros for addresses: one spelling for each, and which of several is the client's.
--
-- Repeatable, like words.sql.

-- An IPv4 address of its number.
CREATE OR REPLACE MACRO ipv4_of(number) AS
    concat_ws('.', (number >> 24) & 255, (number >> 16) & 255, (number >> 8) & 255, number & 255);

-- Eight groups with the longest run of zeros as "::", the first where two are as
-- long (RFC 5952 4.2).
CREATE OR REPLACE MACRO short_ipv6(groups) AS
    coalesce(
        list_filter(list_transform(range(8, 1, -1), lambda n: CASE WHEN regexp_matches(groups, '(^|:)0(:0){' || (n - 1) || '}(:|$)') THEN regexp_replace(groups, '(^|:)0(:0){' || (n - 1) || '}(:|$)', '::') END), lambda short: short IS NOT NULL)[1],
        groups);

-- One spelling of an IPv6 address; any other text as it stands.
CREATE OR REPLACE MACRO one_ipv6(written) AS
    CASE
        WHEN regexp_matches(written, '^(::|0(:0){4}:)ffff:\d+\.\d+\.\d+\.\d+$') THEN regexp_extract(written, '[0-9.]+$')
        WHEN regexp_matches(written, '^(::|0(:0){4}:)ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}$') THEN ipv4_of(('0x' || lpad(split_part(written, ':', -2), 4, '0') || lpad(split_part(written, ':', -1), 4, '0'))::BIGINT)
        WHEN regexp_matches(written, '^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$') THEN short_ipv6(regexp_replace(written, '(^|:)0+([0-9a-f])', '\1\2', 'g'))
        WHEN contains(written, '::') AND regexp_matches(written, '(^|:)0[0-9a-f]') THEN regexp_replace(written, '(^|:)0+([0-9a-f])', '\1\2', 'g')
        ELSE written
    END;

-- An address as it is, in one spelling: without port, brackets and zone, in lower
-- case, an IPv4 address in IPv6 (RFC 4291 2.5.5.2) as IPv4, and IPv6 as RFC 5952 has
-- it. What came through a socket of the machine has no address: nginx and HAProxy
-- write "unix:" then, servers in Go "@".
CREATE OR REPLACE MACRO bare_address(written) AS
    CASE
        WHEN NOT contains(written, ':') THEN nullif(said(trim(written)), '@')
        WHEN starts_with(ltrim(written), 'unix:') THEN NULL
        ELSE list_transform([said(lower(regexp_replace(regexp_replace(regexp_replace(trim(written), '^\[(.*)\](:\d+)?$', '\1'), '^(\d+\.\d+\.\d+\.\d+):\d+$', '\1'), '%.*$', '')))], lambda ip: one_ipv6(ip))[1]
    END;

-- Whether a text is an address at all.
CREATE OR REPLACE MACRO is_address(ip) AS
    regexp_matches(ip, '^(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)$');

-- Whether a word of a line stands where an address does: one, with its port, or a
-- chain of them.
CREATE OR REPLACE MACRO is_address_word(word) AS
    regexp_matches(word, '^\[?(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)(%\w+)?\]?(:\d+)?(, ?.*)?$');

-- Whether an address is of a network of one's own, where one's proxies are
-- (RFC 1918, RFC 4193, loopback, a socket).
CREATE OR REPLACE MACRO is_private_address(ip) AS
    regexp_matches(ip, '^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|::ffff:(10|127|192\.168)\.|unix:|@$)');

-- The client's address from what a host logs. Of a chain of proxies each adds who
-- came to it at the end, and what stands before may be the client's own word
-- (MDN, X-Forwarded-For): so it is the last that is not of a network of one's own,
-- and the first where all are.
CREATE OR REPLACE MACRO client_address(written) AS
    CASE
        WHEN contains(written, ',') THEN coalesce(
            list_filter(list_transform(string_split(written, ','), lambda hop: bare_address(hop)), lambda hop: is_address(hop) AND NOT is_private_address(hop))[-1],
            bare_address(split_part(written, ',', 1)))
        ELSE bare_address(written)
    END;

-- The client's address behind a proxy: what it forwards, but only where that is an
-- address and the request came from a network of one's own. A client may send any
-- such header.
CREATE OR REPLACE MACRO forwarded_address(peer, forwarded) AS
    CASE WHEN is_address(client_address(forwarded)) AND is_private_address(peer) THEN client_address(forwarded) ELSE client_address(peer) END;
