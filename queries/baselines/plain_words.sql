-- How signals write numbers in their reasons, as a person would.
--
-- Scalar macros; the analyzer's reasons follow the same rule.

-- A number: whole where it is whole or at least ten, else two digits that matter.
CREATE OR REPLACE MACRO baseline.number(x) AS
    CASE
        WHEN x = trunc(x) OR abs(x) >= 10 THEN format('{:.0f}', x::DOUBLE)
        WHEN abs(x) >= 1 THEN format('{:.1f}', x::DOUBLE)
        ELSE format('{:.2g}', x::DOUBLE)
    END;

-- A count with its noun: counted(1, 'day', 'days') is "1 day".
CREATE OR REPLACE MACRO baseline.counted(n, one, many) AS
    baseline.number(n) || ' ' || CASE WHEN n = 1 THEN one ELSE many END;

-- A share in percent; "under 0.1 %" where it is less.
CREATE OR REPLACE MACRO baseline.percent(x) AS
    CASE WHEN x < 0.001 THEN 'under 0.1 %' ELSE baseline.number(100 * x) || ' %' END;

-- What is said where a facet has too little history to be judged.
CREATE OR REPLACE MACRO baseline.too_young(history_days, least_days) AS
    'not assessable: seen on ' || baseline.counted(coalesce(history_days, 0), 'day', 'days') || ' before, '
    || baseline.number(least_days) || ' are needed';
