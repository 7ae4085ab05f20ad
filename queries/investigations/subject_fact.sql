-- Records by a subject, by ids: of an identity, of all that a person has, or with a credential.
--
-- arguments: subject (identity, person or credential), since, until
-- Names are looked up for what is left of them: a machine has millions.
CREATE OR REPLACE MACRO investigate.subject_fact (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
FROM event_fact
WHERE identity_id IN (SELECT identity_id FROM identity_form WHERE identity IN (FROM investigate.subject_identity(subject)))
    AND occurred_at >= since AND occurred_at < until
UNION ALL
FROM event_fact
WHERE credential_id IN (SELECT credential_id FROM credential_form WHERE credential = subject)
    AND occurred_at >= since AND occurred_at < until;
