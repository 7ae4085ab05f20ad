-- The rows behind a finding: what its identity did on each of its nights.
--
-- question: Q2 What is behind this finding?
-- subject: finding
-- arguments: finding_id as findings.csv has it
CREATE OR REPLACE MACRO investigate.finding (subject VARCHAR) AS TABLE
WITH night AS (SELECT DISTINCT night, identity, family FROM assessment WHERE finding_id = subject AND listed)
SELECT
    a.day AS night, a.repository, a.first_at, a.last_at, a.operations, a.copies AS full_copies, a.pushes, a.denied,
    investigate.copy_kind(a.operations, a.copies, a.pushes, a.denied) AS copy_kind,
    NOT EXISTS (FROM access AS p WHERE p.identity = a.identity AND p.family = a.family AND p.repository = a.repository AND p.day < a.day) AS new_to_it,
    a.network, a.asn, a.country, a.user_agent, a.access_type, a.credential
FROM night AS n
JOIN access AS a ON a.day = n.night AND a.identity = n.identity AND a.family = n.family
ORDER BY a.day DESC, a.first_at, a.repository, a.network, a.user_agent, a.credential, a.access_type, a.country;
