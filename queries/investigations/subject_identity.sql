-- The identities that a subject is: itself, and where the roster has a person of that name, all of that person's.
--
-- arguments: subject (identity, or person as the roster has it)
-- A login of one forge, a user of another and an SSH key are one person where
-- the roster says so, and what is asked about the person is asked about each.
CREATE OR REPLACE MACRO investigate.subject_identity(subject VARCHAR) AS TABLE
SELECT subject AS identity
UNION
SELECT identity FROM baseline.person() WHERE person = subject;
