-- A digest of what each stale day $1 <= day < $2 holds, which scoring compares.
INSERT INTO rolled_day
SELECT d.day, coalesce(md5(string_agg(d.row_digest, '' ORDER BY d.row_digest)), '') AS digest
FROM (
    SELECT day, md5(concat_ws('|', identity, family, access_type, credential, repository, is_public, network, block, country, user_agent,
        operations, copies, pushes, first_at, last_at, hours)) AS row_digest
    FROM access
    WHERE day >= $1::DATE AND day < $2::DATE AND day IN (SELECT day FROM stale_day)
) AS d
GROUP BY d.day
ORDER BY d.day
