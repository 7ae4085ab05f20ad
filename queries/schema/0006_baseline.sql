-- What is normal: one row for each night on which something was done, with what earlier nights had left.
--
-- A row's *_before columns say what was known before its night, so that a night is
-- judged against earlier ones alone. next_night is the next night with a row for the
-- same key (9999-12-31 while there is none): what was known as of a night is the row
-- with night < as_of AND as_of <= next_night. To forget the nights from one on,
-- delete their rows and set next_night back.

-- The constants that SQL and the analyzer share: one row, written from the
-- analyzer's options (analyzer/options.go says what each is and its source).
CREATE TABLE baseline_constant (
    half_life_days DOUBLE NOT NULL,
    push_weight DOUBLE NOT NULL,
    kind_days INTEGER NOT NULL,
    machine_hours DOUBLE NOT NULL,
    machine_hours_young INTEGER NOT NULL,
    shared_block_users INTEGER NOT NULL,
    shared_client_users INTEGER NOT NULL,
    usual_block_users INTEGER NOT NULL,
    idle_days INTEGER NOT NULL,
    idle_nights INTEGER NOT NULL,
    young_days INTEGER NOT NULL,
    censored_start_days INTEGER NOT NULL,
    censored_tenure INTEGER NOT NULL,
    censored_age_days INTEGER NOT NULL,
    own_tenure INTEGER NOT NULL,
    own_age_days INTEGER NOT NULL,
    settled_tenure INTEGER NOT NULL,
    rate_prior DOUBLE NOT NULL,
    burst_prior DOUBLE NOT NULL,
    own_lag_days INTEGER NOT NULL,
    own_nights_most INTEGER NOT NULL,
    tail_weight DOUBLE NOT NULL,
    person_exponent DOUBLE NOT NULL,
    machine_exponent DOUBLE NOT NULL,
    pool_nights DOUBLE NOT NULL,
    pool_nights_new DOUBLE NOT NULL,
    pool_bursts DOUBLE NOT NULL,
    level_pool_weight DOUBLE NOT NULL
);

-- An identity with one family of access types: what is judged.
CREATE TABLE facet (
    facet_id INTEGER NOT NULL,
    identity VARCHAR NOT NULL,
    family VARCHAR NOT NULL
);

-- Repositories in the order in which they were first seen.
CREATE TABLE repository_seen (
    number INTEGER NOT NULL,
    repository_id INTEGER NOT NULL
);

-- A facet on a night. hours has a bit for each UTC hour with an act; hour_nights_before
-- counts the nights with an act in each hour.
CREATE TABLE facet_night (
    night DATE NOT NULL,
    next_night DATE NOT NULL,
    facet_id INTEGER NOT NULL,
    identity_name VARCHAR NOT NULL,
    first_night DATE NOT NULL,
    last_night_before DATE,
    nights_before INTEGER NOT NULL,
    hours_before INTEGER NOT NULL,
    is_machine BOOLEAN NOT NULL,
    is_censored BOOLEAN NOT NULL,
    is_own BOOLEAN NOT NULL,
    is_settled BOOLEAN NOT NULL,
    hours UINTEGER NOT NULL,
    hour_nights_before INTEGER[] NOT NULL,
    repositories INTEGER NOT NULL,
    new_repositories INTEGER NOT NULL,
    copied_known BOOLEAN NOT NULL,
    copy_nights_before INTEGER NOT NULL
);

-- A repository that a facet touched on a night. use is the decayed number of a
-- person's days on it; it grows by 2^(days since 2018 / half-life) instead of
-- decaying, in whole numbers, because sums of those are the same in any order
-- (baseline.facet_repository gives it as days as of a night).
CREATE TABLE facet_repository_night (
    night DATE NOT NULL,
    next_night DATE NOT NULL,
    facet_id INTEGER NOT NULL,
    repository_id INTEGER NOT NULL,
    first_night DATE NOT NULL,
    last_night_before DATE,
    nights_before INTEGER NOT NULL,
    use_before HUGEINT NOT NULL,
    use_added HUGEINT NOT NULL,
    pushed_before BOOLEAN NOT NULL,
    by_machine BOOLEAN NOT NULL,
    is_public BOOLEAN NOT NULL,
    is_new BOOLEAN NOT NULL,
    is_clean BOOLEAN NOT NULL,
    operations INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    pushes INTEGER NOT NULL
);

CREATE TYPE context_kind AS ENUM ('network', 'block', 'system', 'country', 'client', 'access_type', 'credential', 'client on block', 'credential on block');

-- A network, client, credential or pair of them that a facet used on a night. Of a
-- pair, value is the first and on_block the block.
CREATE TABLE facet_context_night (
    night DATE NOT NULL,
    next_night DATE NOT NULL,
    facet_id INTEGER NOT NULL,
    kind context_kind NOT NULL,
    value VARCHAR NOT NULL,
    on_block VARCHAR NOT NULL,
    first_night DATE NOT NULL,
    last_night_before DATE,
    nights_before INTEGER NOT NULL
);

-- The same of everybody together: how many facets used it before, on how many
-- nights by facet; of a client also on how many blocks, and on how many nights by
-- facet and block.
CREATE TABLE context_night (
    night DATE NOT NULL,
    next_night DATE NOT NULL,
    kind context_kind NOT NULL,
    value VARCHAR NOT NULL,
    on_block VARCHAR NOT NULL,
    users_before INTEGER NOT NULL,
    users_added INTEGER NOT NULL,
    nights_before INTEGER NOT NULL,
    nights_added INTEGER NOT NULL,
    block_nights_before INTEGER NOT NULL,
    block_nights_added INTEGER NOT NULL,
    blocks_before INTEGER NOT NULL,
    blocks_added INTEGER NOT NULL
);

-- What the analyzer made of a facet's night, as far as later nights rest on it.
-- trust is how much the night teaches of what is normal, in (0, 1]: what is listed
-- and was not looked at yet teaches only as much as benign rows are expected there.
-- Levels are the worst of its sessions, NULL where they were not given or the facet
-- is too young. reported_* and listed_* are the last time it was among the first
-- and on the list, with the weight then.
CREATE TABLE facet_score (
    night DATE NOT NULL,
    facet_id INTEGER NOT NULL,
    is_machine BOOLEAN NOT NULL,
    raw DOUBLE NOT NULL,
    expected DOUBLE NOT NULL,
    trust DOUBLE NOT NULL,
    open_trust DOUBLE NOT NULL,
    new_nats DOUBLE NOT NULL,
    network_level TINYINT,
    client_level TINYINT,
    credential_level TINYINT,
    travelled BOOLEAN NOT NULL,
    travelled_rented BOOLEAN NOT NULL,
    work_sessions INTEGER NOT NULL,
    work_working INTEGER NOT NULL,
    new_work_sessions INTEGER NOT NULL,
    new_work_working INTEGER NOT NULL,
    reported_night DATE,
    reported_nats DOUBLE NOT NULL,
    listed_night DATE,
    listed_nats DOUBLE NOT NULL
);

-- Networks, blocks and clients by which a person's session can be linked to others.
-- follows says that it was.
CREATE TABLE link_night (
    night DATE NOT NULL,
    facet_id INTEGER NOT NULL,
    through VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    nats DOUBLE NOT NULL,
    follows BOOLEAN NOT NULL
);

-- How often people came new to a repository, up to and with the night, against how
-- often they were expected to: outsiders, and those whom the walk explains.
CREATE TABLE repository_openness (
    night DATE NOT NULL,
    repository_id INTEGER NOT NULL,
    seen DOUBLE NOT NULL,
    expected DOUBLE NOT NULL,
    near_seen DOUBLE NOT NULL,
    near_expected DOUBLE NOT NULL
);

-- Nights that were judged, and from which days and constants (chain); a dark one says
-- nothing of what is usual; unseen names the forges whose records are missing, by comma;
-- register is what findings are open by then, as JSON, '' for most older nights.
CREATE TABLE judged_night (
    night DATE NOT NULL,
    chain VARCHAR NOT NULL,
    register VARCHAR NOT NULL,
    is_dark BOOLEAN NOT NULL,
    unseen VARCHAR NOT NULL
);

-- Every piece of evidence that was weighed for a facet on a night, listed or not.
-- What observed, expected, bound, level and value are, the
-- piece says (analyzer/evidence.go); reason says it in words, '' where it weighs next
-- to nothing; history_nights is on how many nights the
-- expectation rests. nats is the weight for (above 0) or against theft.
CREATE TABLE evidence_fact (
    night DATE NOT NULL,
    facet_id INTEGER NOT NULL,
    hypothesis VARCHAR NOT NULL,
    piece VARCHAR NOT NULL,
    observed DOUBLE NOT NULL,
    expected DOUBLE NOT NULL,
    bound DOUBLE NOT NULL,
    history_nights INTEGER NOT NULL,
    nats DOUBLE NOT NULL,
    level VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    reason VARCHAR NOT NULL
);

DROP TABLE learnt_state;

-- A session: what a facet did on a night from one network with one client, credential,
-- access type and country ('' where the log did not say), how far each is from what
-- the facet used before (baseline.level_name says the levels; NULL where the log did
-- not say), and what that rests on: nights on which the facet used it before, and
-- others who did. rarer_block_nights counts the nights on its blocks that it used no
-- more than this one, of all_block_nights on blocks; credential_* and client_* count
-- the same credential, and the same client with everybody, on this block, on all,
-- and on how many.
CREATE TABLE session_night (
    night DATE NOT NULL,
    facet_id INTEGER NOT NULL,
    network VARCHAR NOT NULL,
    block VARCHAR NOT NULL,
    asn VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    user_agent VARCHAR NOT NULL,
    credential VARCHAR NOT NULL,
    access_type VARCHAR NOT NULL,
    network_level TINYINT,
    client_level TINYINT,
    credential_level TINYINT,
    network_nights INTEGER NOT NULL,
    block_nights INTEGER NOT NULL,
    client_nights INTEGER NOT NULL,
    credential_nights INTEGER NOT NULL,
    credential_last DATE,
    network_others INTEGER NOT NULL,
    block_others INTEGER NOT NULL,
    client_others INTEGER NOT NULL,
    rarer_block_nights INTEGER NOT NULL,
    all_block_nights INTEGER NOT NULL,
    blocks INTEGER NOT NULL,
    credential_block_nights INTEGER NOT NULL,
    credential_all_nights INTEGER NOT NULL,
    credential_blocks INTEGER NOT NULL,
    client_block_others INTEGER NOT NULL,
    client_block_nights INTEGER NOT NULL,
    client_all_nights INTEGER NOT NULL,
    client_blocks INTEGER NOT NULL
);
