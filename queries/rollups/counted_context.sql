-- Networks, clients and credentials of the counted nights, each with the nights on which the facet used it before.
INSERT INTO facet_context_night
WITH used AS (
    SELECT DISTINCT night, facet_id, c.kind::context_kind AS kind, c.value, c.on_block
    FROM (
        SELECT a.night, f.facet_id, unnest([
            {kind: 'network', value: network, on_block: ''},
            {kind: 'block', value: block, on_block: ''},
            {kind: 'system', value: asn, on_block: ''},
            {kind: 'country', value: country, on_block: ''},
            {kind: 'client', value: user_agent, on_block: ''},
            {kind: 'access_type', value: access_type, on_block: ''},
            {kind: 'credential', value: credential, on_block: ''},
            {kind: 'client on block', value: CASE WHEN block <> '' THEN user_agent ELSE '' END, on_block: block},
            {kind: 'credential on block', value: CASE WHEN block <> '' THEN credential ELSE '' END, on_block: block}
        ]) AS c
        FROM (SELECT DISTINCT night, identity, family, network, block, asn, country, user_agent, access_type, credential FROM counted_access) AS a
        JOIN facet AS f USING (identity, family)
    )
    WHERE c.value <> ''
),
last AS (
    SELECT facet_id, kind, value, on_block, night, first_night, nights_before
    FROM facet_context_night
    WHERE next_night = DATE '9999-12-31'
)
SELECT
    u.night, coalesce(lead(u.night) OVER same, DATE '9999-12-31'), u.facet_id, u.kind, u.value, u.on_block,
    coalesce(l.first_night, min(u.night) OVER same), coalesce(lag(u.night) OVER same, l.night),
    (coalesce(l.nights_before + 1, 0) + row_number() OVER same - 1)::INTEGER
FROM used AS u
LEFT JOIN last AS l ON l.facet_id = u.facet_id AND l.kind = u.kind AND l.value = u.value AND l.on_block = u.on_block
WINDOW same AS (PARTITION BY u.facet_id, u.kind, u.value, u.on_block ORDER BY u.night)
ORDER BY u.night, u.facet_id, u.kind, u.value, u.on_block
