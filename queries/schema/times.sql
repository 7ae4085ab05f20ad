-- Scalar macros for times as logs write them, in UTC.
--
-- Repeatable, like words.sql.

-- UTC time from epoch seconds, milliseconds, microseconds or nanoseconds (whole
-- or with a fraction, also in scientific notation) or from ISO 8601 text, where
-- a text without a zone is UTC; NULL where it is none of these.
CREATE OR REPLACE MACRO utc_time(written) AS
    CASE
        WHEN TRY_CAST(written AS BIGINT) BETWEEN 100000000000 AND 99999999999999
            THEN make_timestamp(TRY_CAST(written AS BIGINT) * 1000)
        WHEN TRY_CAST(written AS DOUBLE) IS NULL
            THEN TRY_CAST(written AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 1e11
            THEN make_timestamp((TRY_CAST(written AS DOUBLE) * 1e6)::BIGINT)
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 1e14
            THEN make_timestamp((TRY_CAST(written AS DOUBLE) * 1e3)::BIGINT)
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 1e17
            THEN make_timestamp(TRY_CAST(written AS DOUBLE)::BIGINT)
        WHEN abs(TRY_CAST(written AS DOUBLE)) < 9e18
            THEN make_timestamp((TRY_CAST(written AS DOUBLE) / 1e3)::BIGINT)
    END;

-- UTC time from a local time that was written without its zone, in the zone of the
-- configuration. The hour that comes twice in autumn is taken for the second one,
-- the hour that is left out in spring for the one after.
CREATE OR REPLACE MACRO zoned_time(written, zone) AS
    (TRY_CAST(written AS TIMESTAMP) AT TIME ZONE zone) AT TIME ZONE 'UTC';

-- UTC time of a line that a system log or a stamping pipe wrote: ISO 8601, or the
-- older "Nov 22 08:55:18" in the zone and of the last year that is not after the
-- collection; NULL where the line begins with no time.
CREATE OR REPLACE MACRO syslog_time(line VARCHAR, zone VARCHAR, collected_at TIMESTAMP) AS
    CASE
        WHEN regexp_matches(line, '^(<\d+>)?\d* ?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d)')
            THEN utc_time(replace(regexp_extract(line, '\d{4}-\d\d-\d\d[T ][0-9:.,]+(Z|[+-]\d\d:?\d\d)'), ',', '.'))
        WHEN regexp_matches(line, '^(<\d+>)?\d* ?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d')
            THEN zoned_time(replace(regexp_extract(line, '\d{4}-\d\d-\d\d[T ][0-9:.,]+'), ',', '.'), zone)
        ELSE (
            SELECT max(t) FROM (
                SELECT (try_strptime((year(collected_at) - back)::VARCHAR || ' ' || regexp_extract(line, '^(?:<\d+>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)', 1), '%Y %b %d %H:%M:%S') AT TIME ZONE zone) AT TIME ZONE 'UTC' AS t
                FROM (VALUES (-1), (0), (1)) AS y(back)
            )
            WHERE t <= collected_at + INTERVAL 1 DAY
        )
    END;

-- UTC time of Gerrit's logs: "2020-08-28 11:00:01,391 +0200" before 3.2, ISO 8601
-- with a comma before the milliseconds since.
CREATE OR REPLACE MACRO gerrit_time(written) AS
    utc_time(replace(regexp_replace(written, ' ?([+-]\d\d):?(\d\d)$', '\1:\2'), ',', '.'));

-- Time of an access log, with fractions of a second or without, or in ISO 8601. Gitea wrote its
-- plus sign as HTML for a while (go-gitea/gitea 21213).
CREATE OR REPLACE MACRO access_time(written) AS
    CASE
        WHEN contains(written, 'T') THEN utc_time(written)
        ELSE try_strptime(replace(written, '&#43;', '+'), ['%d/%b/%Y:%H:%M:%S %z', '%d/%b/%Y:%H:%M:%S.%g %z', '%d/%b/%Y:%H:%M:%S.%f %z']) AT TIME ZONE 'UTC'
    END;
