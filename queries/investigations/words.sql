-- Words that the questions share: how a copy is called, some of a list, an address in bits.
--
-- Scalar macros, so that each of these rules stands in one place.

-- What was done at most, from the counts of operations, full copies, pushes and
-- denied acts. A fetch is not proof of a part only: hosts that do not tell a
-- clone from a fetch leave both as one.
CREATE OR REPLACE MACRO investigate.copy_kind(operations, copies, pushes, denied) AS
    CASE
        WHEN copies > 0 THEN 'whole copy'
        WHEN operations > pushes THEN 'fetch or view'
        WHEN pushes > 0 THEN 'push only'
        WHEN denied > 0 THEN 'denied only'
    END;

-- A list in order, without what is missing: twelve of it at most, and then how
-- many more there are, so that no part is taken for all.
CREATE OR REPLACE MACRO investigate.some(things) AS
    list_sort(list_filter(coalesce(things, []), lambda thing: thing IS NOT NULL))[:12]
    || CASE
        WHEN length(list_filter(coalesce(things, []), lambda thing: thing IS NOT NULL)) > 12
            THEN ['... and ' || (length(list_filter(things, lambda thing: thing IS NOT NULL)) - 12) || ' more']
        ELSE []
    END;

-- The same of what was counted instead of listed: the first twelve of distinct
-- things in order, as min(thing, 12) gives them, and how many there are. A list
-- of all would not fit in memory where a build farm came from millions of places.
CREATE OR REPLACE MACRO investigate.few(least, number) AS
    coalesce(least, []) || CASE WHEN number > 12 THEN ['... and ' || (number - 12) || ' more'] ELSE [] END;

-- Whether what was first seen at a time was never seen before a window. NULL,
-- which is neither, where the records do not reach back before the window.
CREATE OR REPLACE MACRO investigate.is_new(first_ever, since) AS
    CASE WHEN (SELECT min(day) FROM rolled_day) < since THEN first_ever >= since END;

-- The bits of an address or of the address of a prefix, NULL where it is none.
CREATE OR REPLACE MACRO investigate.bits(ip) AS
    CASE
        WHEN regexp_matches(ip, '^[0-9]{1,3}([.][0-9]{1,3}){3}$')
            THEN array_to_string(list_transform(string_split(ip, '.'), lambda part: lpad(bin(TRY_CAST(part AS UTINYINT)), 8, '0')), '')
        WHEN regexp_matches(ip, '^[0-9a-fA-F:]+$') AND contains(ip, ':')
            THEN array_to_string(list_transform(
                CASE WHEN contains(ip, '::') THEN
                    list_filter(string_split(split_part(ip, '::', 1), ':'), lambda part: part <> '')
                    || list_transform(range(8 - length(list_filter(string_split(replace(ip, '::', ':'), ':'), lambda part: part <> ''))), lambda zero: '0')
                    || list_filter(string_split(split_part(ip, '::', 2), ':'), lambda part: part <> '')
                ELSE string_split(ip, ':') END,
                lambda part: lpad(bin(TRY_CAST('0x' || part AS USMALLINT)), 16, '0')), '')
    END;

-- How the text of every IPv4 address of a prefix begins, so that most addresses
-- need not be taken apart: 'a.b.' for a /16 to /23; '' for others and IPv6.
CREATE OR REPLACE MACRO investigate.lead(prefix) AS
    CASE
        WHEN contains(prefix, ':') OR TRY_CAST(split_part(prefix, '/', 2) AS INTEGER) < 8 THEN ''
        ELSE array_to_string(string_split(split_part(prefix, '/', 1), '.')[:least(TRY_CAST(split_part(prefix, '/', 2) AS INTEGER) // 8, 3)], '.') || '.'
    END;

-- Whether an address is what was asked for: an address, a prefix in CIDR
-- notation, or (with or without "AS") the number of an autonomous system.
CREATE OR REPLACE MACRO investigate.address_is(ip, asn, wanted) AS
    CASE
        WHEN contains(wanted, '/') AND starts_with(ip, investigate.lead(wanted))
            THEN coalesce(starts_with(investigate.bits(ip), left(investigate.bits(split_part(wanted, '/', 1)), TRY_CAST(split_part(wanted, '/', 2) AS INTEGER)))
                AND length(investigate.bits(ip)) = length(investigate.bits(split_part(wanted, '/', 1))), false)
        WHEN contains(wanted, '/') THEN false
        WHEN regexp_matches(wanted, '^([Aa][Ss])?[0-9]+$') THEN coalesce(upper(ltrim(asn, 'AaSs')) = ltrim(wanted, 'AaSs'), false)
        WHEN contains(wanted, ':') AND contains(ip, ':') THEN coalesce(investigate.bits(ip) = investigate.bits(wanted), false)
        ELSE coalesce(ip = wanted, false)
    END;
