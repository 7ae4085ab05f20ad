-- What a text names: the subject of a question in full, or why it names none or several.
--
-- arguments: wanted (what a person wrote), kinds (those the question takes, parted by commas: identity,person,credential)
-- The one rule for the command, the macros and agents. A name counts in full,
-- then in either case or by its short form (ana, vault), then as the beginning of
-- a credential (six characters or more), then as the address of a repository
-- (git@host:acme/vault.git), then as reports print what cannot be shown (\u202e).
-- The first of these that fits decides. The whole hash of a credential that
-- nobody used is an answer and not a slip. Only small tables are read; the
-- nearest names are looked for where nothing fits.
CREATE OR REPLACE MACRO investigate.subject_meant(wanted VARCHAR, kinds VARCHAR) AS TABLE
WITH given AS MATERIALIZED (
    SELECT text, investigate.quoted(text) AS said, lower(text) AS low, lower(investigate.repository_of(text)) AS path, investigate.unescaped(text) AS meant,
        string_split(kinds, ',') AS all_kinds
    FROM (SELECT coalesce(wanted, '') AS text)
),
known AS NOT MATERIALIZED (FROM investigate.name() WHERE list_contains(string_split(kinds, ','), kind)),
fitting AS MATERIALIZED (
    SELECT k.kind, k.name, min(CASE
        WHEN k.name = g.text THEN 1
        WHEN lower(k.name) = g.low OR lower(k.alias) = g.low THEN 2
        WHEN k.kind = 'credential' AND length(g.text) >= 6 AND starts_with(k.name, g.text) THEN 3
        WHEN k.kind = 'repository' AND (lower(k.name) = g.path OR lower(k.alias) = g.path) THEN 4
        WHEN k.name = g.meant OR lower(k.name) = lower(g.meant) OR lower(k.alias) = lower(g.meant) THEN 5
    END) AS step
    FROM known AS k CROSS JOIN given AS g
    GROUP BY k.kind, k.name
    HAVING step IS NOT NULL
),
near AS (
    SELECT 'near' AS what, k.kind, k.name,
        min(least(levenshtein(lower(left(k.name, 200)), left(g.low, 200)), coalesce(levenshtein(lower(left(k.alias, 200)), left(g.low, 200)), 1000))) AS far
    FROM known AS k CROSS JOIN (SELECT low FROM given WHERE NOT EXISTS (FROM fitting)) AS g
    GROUP BY k.kind, k.name ORDER BY far, k.name LIMIT 3
),
counted AS (
    -- An identity and the person of that very name are asked about in one: one name, one subject.
    SELECT
        count(DISTINCT CASE WHEN kind IN ('identity', 'person', 'credential') THEN '' ELSE kind END || chr(10) || name) FILTER (WHERE what = 'fits') AS number,
        min(kind) FILTER (WHERE what = 'fits') AS kind, min(name) FILTER (WHERE what = 'fits') AS name,
        list(kind || ' ' || said ORDER BY kind, name) FILTER (WHERE what = 'fits') AS fits,
        string_agg(kind || ' ' || said, ', ' ORDER BY far, name) FILTER (WHERE what = 'near') AS near,
        min(said) FILTER (WHERE what = 'person') AS person
    FROM (
        SELECT what, kind, name, far, investigate.quoted(name) AS said
        FROM (
            SELECT 'fits' AS what, kind, name, 0 AS far FROM fitting WHERE step = (SELECT min(step) FROM fitting)
            UNION ALL FROM near
            UNION ALL
            SELECT 'person', 'person', r.person, 0 FROM roster_entry AS r JOIN given AS g ON lower(r.person) = g.low
            WHERE list_contains(g.all_kinds, 'identity') AND NOT list_contains(g.all_kinds, 'person')
        )
    )
),
judged AS (
    SELECT c.*, g.text, g.said,
        CASE
            WHEN c.number = 1 THEN 'named'
            WHEN c.number > 1 THEN 'several'
            WHEN list_contains(g.all_kinds, 'credential') AND regexp_full_match(g.text, '(SHA256:)?[A-Za-z0-9+/_-]{43}=?|[0-9a-fA-F]{64}') THEN 'hash'
            ELSE 'none'
        END AS outcome
    FROM given AS g CROSS JOIN counted AS c
)
SELECT
    CASE outcome WHEN 'named' THEN kind WHEN 'hash' THEN 'credential' END AS kind,
    CASE outcome WHEN 'named' THEN name WHEN 'hash' THEN text END AS name,
    CASE outcome
        WHEN 'several' THEN said || ' names several: ' || array_to_string(fits[:20], ', ') || CASE WHEN length(fits) > 20 THEN ', and more' ELSE '' END || ': name one in full'
        WHEN 'none' THEN CASE kinds
                WHEN 'finding' THEN 'there is no finding ' || said || ': the column finding_id of findings.csv has their names'
                WHEN 'person' THEN 'no person is called ' || said || ' in the roster, which does not say that there was no access'
                ELSE said || ' was never seen here, which does not say that there was no access'
            END
            || coalesce('; nearest: ' || near, '')
            || coalesce('; the roster has a person of that name: midwatch investigate person ' || person, '')
    END AS problem
FROM judged;

-- The same of a network: an address, a prefix or the number of an autonomous
-- system. One that was never seen is an answer and not a slip.
CREATE OR REPLACE MACRO investigate.network_meant(wanted VARCHAR) AS TABLE
SELECT 'network' AS kind, name,
    CASE WHEN name IS NULL
        THEN investigate.quoted(coalesce(wanted, '')) || ' is not an address, prefix or AS number: write 198.51.100.7, 198.51.100.0/24 or AS64500' END AS problem
FROM (SELECT investigate.network_of(wanted) AS name);

-- The same of a part of a client's name. One that no client has is an answer.
CREATE OR REPLACE MACRO investigate.client_meant(wanted VARCHAR) AS TABLE
SELECT 'client' AS kind, wanted AS name,
    CASE WHEN trim(coalesce(wanted, '')) = '' THEN 'name a part of it: an empty text is in everything' END AS problem;

-- The same of an app or agent, which also counts where a client's name has it.
CREATE OR REPLACE MACRO investigate.app_meant(wanted VARCHAR) AS TABLE
WITH known AS MATERIALIZED (FROM investigate.app_name())
SELECT 'app' AS kind, wanted AS name,
    CASE
        WHEN trim(coalesce(wanted, '')) = '' THEN 'name a part of it: an empty text is in everything'
        WHEN NOT EXISTS (FROM known WHERE lower(wanted) IN (lower(name), lower(alias)))
            AND NOT EXISTS (FROM agent_form WHERE contains(lower(agent), lower(wanted)))
        THEN investigate.quoted(wanted) || ' was never seen here, which does not say that there was no access'
            || coalesce('; nearest: ' || (SELECT string_agg('app ' || investigate.quoted(name), ', ' ORDER BY far, name) FROM (
                SELECT name, min(levenshtein(lower(left(name, 200)), lower(left(wanted, 200)))) AS far FROM known GROUP BY name ORDER BY far, name LIMIT 3)), '')
    END AS problem;

-- The subject that a text names, in full; an error that says why where there is
-- not exactly one. Questions begin with it as a table of one row that is always
-- made, so that the error is raised also where the window has no days.
CREATE OR REPLACE MACRO investigate.subject_named(wanted VARCHAR, kinds VARCHAR) AS TABLE
SELECT investigate.name_or_error(name, problem) AS resolved FROM investigate.subject_meant(wanted, kinds);
CREATE OR REPLACE MACRO investigate.network_named(wanted VARCHAR) AS TABLE
SELECT investigate.name_or_error(name, problem) AS resolved FROM investigate.network_meant(wanted);
CREATE OR REPLACE MACRO investigate.client_named(wanted VARCHAR) AS TABLE
SELECT investigate.name_or_error(name, problem) AS resolved FROM investigate.client_meant(wanted);
CREATE OR REPLACE MACRO investigate.app_named(wanted VARCHAR) AS TABLE
SELECT investigate.name_or_error(name, problem) AS resolved FROM investigate.app_meant(wanted);
