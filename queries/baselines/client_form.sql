-- A client's family, which stays when it is upgraded, and its version.
--
-- The usual form is product/version rest; a name of another form is its own
-- family. The version is a list of at most three numbers, which DuckDB compares
-- as people do.
CREATE OR REPLACE MACRO baseline.client_family(agent) AS
    CASE WHEN regexp_matches(lower(agent), '^[a-z0-9\-_]+/')
        THEN regexp_extract(lower(agent), '^([a-z0-9\-_]+)/', 1) || '|'
            || trim(regexp_replace(regexp_extract(lower(agent), '^[a-z0-9\-_]+/(?:[0-9]+(?:\.[0-9]+)*)?(.*)', 1), '[0-9.]+', '', 'g'))
        ELSE lower(agent)
    END;

CREATE OR REPLACE MACRO baseline.client_version(agent) AS
    list_transform(
        string_split(coalesce(nullif(regexp_extract(lower(agent), '^[a-z0-9\-_]+/([0-9]+(?:\.[0-9]+)*)', 1), ''), '0'), '.')[:3],
        lambda part: coalesce(TRY_CAST(part AS BIGINT), 9223372036854775807)
    );
