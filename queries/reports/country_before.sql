-- The countries that an account and access type came from before a night, and on how many days, the most used first.
--
-- Days without a country are not counted. It looks back 400 days, a little more
-- than a year, so that a yearly journey is remembered.
CREATE OR REPLACE MACRO country_before(as_of TIMESTAMP, who VARCHAR, type_family VARCHAR) AS TABLE
SELECT country, count(DISTINCT day)::BIGINT AS days
FROM access
WHERE identity = who AND family = type_family AND country <> ''
    AND day >= as_of::DATE - 401 AND day < as_of::DATE - 1
GROUP BY country
ORDER BY days DESC, country;
