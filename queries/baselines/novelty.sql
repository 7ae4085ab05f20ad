-- How many private repositories were new to each facet on each active day, up to the night and with it.
--
-- tenure is the number of active days before; censored days say nothing of how
-- often something is new, because the log had begun too lately (MODEL 2.3);
-- own days count for the facet's own forecast; settled ones are old enough to say
-- how often a network, client or credential is new. trust is how much the day may
-- teach what is normal: one that was listed and not looked at yet teaches only as
-- much as benign rows were expected there, so that a theft does not make the next
-- one look usual; 1 where it was not scored. It is a decimal because sums of those
-- are the same in any order.
CREATE OR REPLACE MACRO baseline.novelty(as_of TIMESTAMP) AS TABLE
SELECT
    f.identity, f.family, n.night AS day, n.new_repositories, n.nights_before::BIGINT AS tenure, n.is_machine, n.is_censored, n.is_own, n.is_settled,
    coalesce(s.trust, 1)::DECIMAL(18, 12) AS trust
FROM facet_night AS n
JOIN facet AS f USING (facet_id)
LEFT JOIN facet_score AS s ON s.night = n.night AND s.facet_id = n.facet_id
WHERE n.night < as_of::DATE AND baseline.is_counted(as_of);
