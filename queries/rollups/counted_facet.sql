-- Numbers the facets and repositories that are seen for the first time, in order of their first act.
INSERT INTO facet
SELECT
    (coalesce((SELECT max(facet_id) FROM facet), 0) + row_number() OVER (ORDER BY night, first_at, last_at, operations, family, identity))::INTEGER,
    identity, family
FROM (
    SELECT identity, family, min(night) AS night, min(first_at) AS first_at, min_by(last_at, first_at) AS last_at, min_by(operations, first_at) AS operations
    FROM counted_access
    GROUP BY identity, family
) AS n
ANTI JOIN facet AS f USING (identity, family);

INSERT INTO repository_seen
SELECT
    (coalesce((SELECT max(number) FROM repository_seen), 0) + row_number() OVER (ORDER BY night, first_at, last_at, operations, repository))::INTEGER,
    repository_id
FROM (
    SELECT repository_id, repository, min(night) AS night, min(first_at) AS first_at, min_by(last_at, first_at) AS last_at, min_by(operations, first_at) AS operations
    FROM counted_access
    GROUP BY repository_id, repository
) AS n
ANTI JOIN repository_seen AS s USING (repository_id);
