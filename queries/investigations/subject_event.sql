-- Records by an identity, by a person or with a credential, as they came, with names.
--
-- arguments: subject (identity, person or credential), since, until
-- parts: since, until
CREATE OR REPLACE MACRO investigate.subject_event (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
FROM event WHERE identity IN (FROM investigate.subject_identity(subject)) AND occurred_at >= since AND occurred_at < until
UNION ALL
FROM event WHERE credential = subject AND occurred_at >= since AND occurred_at < until
ORDER BY occurred_at, event_id;
