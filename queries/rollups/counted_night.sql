-- Facets of the counted nights: what each had been before, and whether it is a machine.
--
-- A facet is a machine by its family, the host's word or a name that only apps can
-- have; by a name that people choose and by the hours it keeps once it has
-- kind_days nights, from when on it stays one; before that by machine_hours_young
-- different hours of one day (MODEL 2.1).
INSERT INTO facet_night
WITH seen AS (
    SELECT
        a.night, f.facet_id, any_value(f.family) AS family, min_by(identity_name, (first_at, last_at, repository_id)) AS identity_name,
        bool_or(is_bot OR regexp_matches(identity_name, '(?i)\[bot\]$')) AS is_told,
        bool_or(baseline.is_machine(f.family, '', identity_name)) AS is_named,
        bit_or(hours) AS hours, count(DISTINCT repository_id)::INTEGER AS repositories
    FROM counted_access AS a
    JOIN facet AS f USING (identity, family)
    GROUP BY a.night, f.facet_id
),
last AS (FROM facet_night WHERE next_night = DATE '9999-12-31'),
-- When the log began: the first day, or the first after eight weeks without a record,
-- so that one record of years ago does not make the log look old.
began AS (
    SELECT day AS night
    FROM (SELECT day, lag(day) OVER (ORDER BY day) AS previous_day FROM rolled_day)
    WHERE previous_day IS NULL OR day - previous_day > 56
),
placed AS (
    SELECT
        s.*, c.*, g.night AS began,
        coalesce(lead(s.night) OVER same, DATE '9999-12-31') AS next_night,
        coalesce(l.first_night, min(s.night) OVER same) AS first_night,
        coalesce(lag(s.night) OVER same, l.night) AS last_night_before,
        coalesce(l.nights_before + 1, 0) + row_number() OVER same - 1 AS nights_before,
        coalesce(l.hours_before + bit_count(l.hours), 0) + coalesce(sum(bit_count(s.hours)) OVER earlier, 0) AS hours_before,
        [
            coalesce(sum((s.hours >> 0) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 1) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 2) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 3) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 4) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 5) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 6) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 7) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 8) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 9) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 10) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 11) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 12) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 13) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 14) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 15) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 16) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 17) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 18) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 19) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 20) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 21) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 22) & 1) OVER earlier, 0),
            coalesce(sum((s.hours >> 23) & 1) OVER earlier, 0)
        ] AS hour_nights, l.hour_nights_before AS last_hour_nights, l.hours AS last_hours,
        coalesce(l.is_machine AND l.nights_before + 1 >= c.kind_days, false) AS was_machine
    FROM seen AS s
    ASOF JOIN began AS g ON g.night <= s.night
    CROSS JOIN baseline_constant AS c
    LEFT JOIN last AS l ON l.facet_id = s.facet_id
    WINDOW same AS (PARTITION BY s.facet_id ORDER BY s.night),
        earlier AS (PARTITION BY s.facet_id ORDER BY s.night ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
looked AS (
    SELECT
        *, family IN ('app', 'deploy_key', 'deploy_token') OR is_told AS is_certain,
        CASE WHEN nights_before < kind_days THEN bit_count(hours) >= machine_hours_young
            ELSE is_named OR hours_before >= machine_hours * nights_before END AS looks
    FROM placed
)
SELECT
    night, next_night, facet_id, identity_name, first_night, last_night_before, nights_before::INTEGER, hours_before::INTEGER,
    -- Once a machine with kind_days nights behind it, always one.
    is_certain OR looks OR was_machine
        OR coalesce(nights_before >= kind_days AND bool_or((is_certain OR looks) AND nights_before >= kind_days - 1) OVER (
            PARTITION BY facet_id ORDER BY night ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false),
    first_night - began < censored_start_days AND nights_before < censored_tenure OR night - began < censored_age_days,
    nights_before >= own_tenure AND night - began >= own_age_days,
    nights_before >= settled_tenure AND night - began >= own_age_days,
    hours,
    list_transform(range(1, 25), lambda h: (hour_nights[h] + coalesce(last_hour_nights[h] + ((last_hours >> (h - 1)::UINTEGER) & 1), 0))::INTEGER),
    repositories, 0, false, 0
FROM looked
ORDER BY night, facet_id
