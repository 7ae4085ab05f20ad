-- Sessions of the counted nights: how far network, client and credential are from what the facet used before.
--
-- Network: 0 used before; 1 new, in a block used before; 2 in an autonomous system
-- used before; 3 a new block that at least shared_block_users others use; 4 a new
-- autonomous system; 5 a new country. Where the log gave no autonomous system or
-- country, that step is passed over. Client: 0 used before; 1 a newer version of a
-- family used before; 2 new, and known to at least shared_client_users others; 3 known
-- to hardly anybody. Credential: 0 used before; 1 a new one of an access type used
-- before, or one of several that lay unused for more than idle_days while its owner
-- was active on idle_nights; 2 of a type never used before (MODEL 2.5).
INSERT INTO session_night
WITH session AS (
    SELECT DISTINCT a.night, f.facet_id, a.network, a.block, a.asn, a.country, a.user_agent, a.credential, a.access_type
    FROM counted_access AS a
    JOIN facet AS f USING (identity, family)
),
own AS (
    SELECT night, facet_id, kind, value, on_block, nights_before, last_night_before
    FROM facet_context_night
    WHERE night >= (SELECT min(night) FROM counted_access) AND night <= (SELECT max(night) FROM counted_access)
),
every AS (
    SELECT night, kind, value, on_block, users_before, nights_before, block_nights_before, blocks_before
    FROM context_night
    WHERE night >= (SELECT min(night) FROM counted_access) AND night <= (SELECT max(night) FROM counted_access)
),
-- How a network is used that is known but rare: the nights on all blocks of the facet.
rare AS (
    SELECT b.night, b.facet_id, b.value AS block, sum(k.nights_before + 1) FILTER (k.nights_before + 1 <= b.nights_before) AS rarer,
        sum(k.nights_before + 1) AS nights, count(*) AS blocks
    FROM own AS b
    JOIN facet_context_night AS k ON k.facet_id = b.facet_id AND k.kind = 'block' AND k.night < b.night AND b.night <= k.next_night
    WHERE b.kind = 'block' AND b.nights_before > 0
    GROUP BY b.night, b.facet_id, b.value
),
-- From where a known credential was used.
place AS (
    SELECT c.night, c.facet_id, c.value AS credential, sum(k.nights_before + 1) AS nights, count(*) AS blocks
    FROM own AS c
    JOIN facet_context_night AS k
        ON k.facet_id = c.facet_id AND k.kind = 'credential on block' AND k.value = c.value AND k.night < c.night AND c.night <= k.next_night
    WHERE c.kind = 'credential' AND c.nights_before > 0
    GROUP BY c.night, c.facet_id, c.value
),
-- Credentials that the facet had before, where it uses one that lay idle.
held AS (
    SELECT c.night, c.facet_id, count(DISTINCT k.value) AS credentials
    FROM (SELECT DISTINCT night, facet_id FROM own WHERE kind = 'credential' AND nights_before > 0) AS c
    JOIN facet_context_night AS k ON k.facet_id = c.facet_id AND k.kind = 'credential' AND k.night < c.night AND c.night <= k.next_night
    GROUP BY c.night, c.facet_id
),
-- The newest version of a new client's family that the facet used before.
version AS (
    SELECT c.night, c.facet_id, c.value AS user_agent, max(baseline.client_version(k.value)) AS newest
    FROM own AS c
    JOIN facet_context_night AS k ON k.facet_id = c.facet_id AND k.kind = 'client' AND k.night < c.night AND c.night <= k.next_night
        AND baseline.client_family(k.value) = baseline.client_family(c.value)
    WHERE c.kind = 'client' AND c.nights_before = 0
    GROUP BY c.night, c.facet_id, c.value
),
counted AS (
    SELECT
        s.*, t.shared_block_users, t.shared_client_users, t.idle_days, t.idle_nights,
        coalesce(n.nights_before, 0) AS network_nights, coalesce(b.nights_before, 0) AS block_nights, coalesce(a.nights_before, 0) AS system_nights,
        coalesce(o.nights_before, 0) AS country_nights, coalesce(g.nights_before, 0) AS client_nights, coalesce(k.nights_before, 0) AS credential_nights,
        k.last_night_before AS credential_last, coalesce(y.nights_before, 0) AS type_nights, coalesce(kb.nights_before, 0) AS credential_block_nights,
        coalesce(en.users_before, 0) - (coalesce(n.nights_before, 0) > 0)::INTEGER AS network_others,
        coalesce(eb.users_before, 0) - (coalesce(b.nights_before, 0) > 0)::INTEGER AS block_others,
        coalesce(eg.users_before, 0) - (coalesce(g.nights_before, 0) > 0)::INTEGER AS client_others,
        coalesce(ep.users_before, 0) - (coalesce(gb.nights_before, 0) > 0)::INTEGER AS client_block_others,
        coalesce(ep.nights_before, 0) AS client_block_nights, coalesce(eg.block_nights_before, 0) AS client_all_nights, coalesce(eg.blocks_before, 0) AS client_blocks,
        coalesce(r.rarer, 0)::INTEGER AS rarer_block_nights, coalesce(r.nights, 0)::INTEGER AS all_block_nights, coalesce(r.blocks, 0)::INTEGER AS blocks,
        coalesce(p.nights, 0)::INTEGER AS credential_all_nights, coalesce(p.blocks, 0)::INTEGER AS credential_blocks,
        coalesce(h.credentials, 0) AS credentials, f.nights_before - u.nights_before - 1 AS nights_since, v.newest
    FROM session AS s
    CROSS JOIN baseline_constant AS t
    JOIN facet_night AS f ON f.night = s.night AND f.facet_id = s.facet_id
    LEFT JOIN own AS n ON n.night = s.night AND n.facet_id = s.facet_id AND n.kind = 'network' AND n.value = s.network
    LEFT JOIN own AS b ON b.night = s.night AND b.facet_id = s.facet_id AND b.kind = 'block' AND b.value = s.block
    LEFT JOIN own AS a ON a.night = s.night AND a.facet_id = s.facet_id AND a.kind = 'system' AND a.value = s.asn
    LEFT JOIN own AS o ON o.night = s.night AND o.facet_id = s.facet_id AND o.kind = 'country' AND o.value = s.country
    LEFT JOIN own AS g ON g.night = s.night AND g.facet_id = s.facet_id AND g.kind = 'client' AND g.value = s.user_agent
    LEFT JOIN own AS k ON k.night = s.night AND k.facet_id = s.facet_id AND k.kind = 'credential' AND k.value = s.credential
    LEFT JOIN own AS y ON y.night = s.night AND y.facet_id = s.facet_id AND y.kind = 'access_type' AND y.value = s.access_type
    LEFT JOIN own AS gb ON gb.night = s.night AND gb.facet_id = s.facet_id AND gb.kind = 'client on block' AND gb.value = s.user_agent AND gb.on_block = s.block
    LEFT JOIN own AS kb ON kb.night = s.night AND kb.facet_id = s.facet_id AND kb.kind = 'credential on block' AND kb.value = s.credential AND kb.on_block = s.block
    LEFT JOIN every AS en ON en.night = s.night AND en.kind = 'network' AND en.value = s.network
    LEFT JOIN every AS eb ON eb.night = s.night AND eb.kind = 'block' AND eb.value = s.block
    LEFT JOIN every AS eg ON eg.night = s.night AND eg.kind = 'client' AND eg.value = s.user_agent
    LEFT JOIN every AS ep ON ep.night = s.night AND ep.kind = 'client on block' AND ep.value = s.user_agent AND ep.on_block = s.block
    LEFT JOIN rare AS r ON r.night = s.night AND r.facet_id = s.facet_id AND r.block = s.block
    LEFT JOIN place AS p ON p.night = s.night AND p.facet_id = s.facet_id AND p.credential = s.credential
    LEFT JOIN held AS h ON h.night = s.night AND h.facet_id = s.facet_id
    LEFT JOIN facet_night AS u ON u.night = k.last_night_before AND u.facet_id = s.facet_id
    LEFT JOIN version AS v ON v.night = s.night AND v.facet_id = s.facet_id AND v.user_agent = s.user_agent
)
SELECT
    night, facet_id, network, block, asn, country, user_agent, credential, access_type,
    CASE
        WHEN network = '' THEN NULL
        WHEN network_nights > 0 THEN 0
        WHEN block_nights > 0 THEN 1
        WHEN system_nights > 0 THEN 2
        WHEN country <> '' AND country_nights = 0 THEN 5
        WHEN block_others >= shared_block_users THEN 3
        ELSE 4
    END,
    CASE
        WHEN user_agent = '' THEN NULL
        WHEN client_nights > 0 THEN 0
        WHEN baseline.client_version(user_agent) >= newest THEN 1
        WHEN client_others >= shared_client_users THEN 2
        ELSE 3
    END,
    CASE
        WHEN credential = '' THEN NULL
        WHEN credential_nights > 0 AND credentials > 1 AND night - credential_last > idle_days AND nights_since >= idle_nights THEN 1
        WHEN credential_nights > 0 THEN 0
        WHEN type_nights > 0 THEN 1
        ELSE 2
    END,
    network_nights, block_nights, client_nights, credential_nights, credential_last, network_others, block_others, client_others,
    rarer_block_nights, all_block_nights, blocks, credential_block_nights, credential_all_nights, credential_blocks,
    client_block_others, client_block_nights, client_all_nights, client_blocks
FROM counted
ORDER BY night, facet_id, network, block, asn, country, user_agent, credential, access_type
