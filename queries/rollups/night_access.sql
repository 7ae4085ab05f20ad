-- What is read of the nights from first to last: the reduction by network instead of address, in a fixed order.
CREATE OR REPLACE MACRO access_between(first_night DATE, last_night DATE) AS TABLE
SELECT
    day AS night, identity, min(identity_name) AS identity_name, family, access_type, bool_or(identity_kind IN ('bot', 'app')) AS is_bot,
    coalesce(credential, '') AS credential, repository, coalesce(bool_or(is_public), false) AS is_public,
    coalesce(network, '') AS network, coalesce(min(block), '') AS block, coalesce(min(asn), '') AS asn,
    coalesce(min(network_kind), '') AS network_kind, coalesce(country, '') AS country, coalesce(user_agent, '') AS user_agent,
    sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies, sum(pushes)::BIGINT AS pushes,
    min(first_at) AS first_at, max(last_at) AS last_at, bit_or(hours) AS hours
FROM access
WHERE day >= first_night AND day <= last_night AND operations > 0
GROUP BY day, identity, family, access_type, credential, repository, network, country, user_agent
ORDER BY day, identity, family, repository, network, user_agent, credential, country, access_type;

CREATE OR REPLACE MACRO night_access(night DATE) AS TABLE
SELECT * EXCLUDE (night) FROM access_between(night, night);
