-- Who acted in whose name: agents, the applications that tokens belong to, and an agent's sessions.

-- One row for each way of acting through something else: whether the host says
-- that the actor is an AI agent and what it is called, the application that the
-- token belongs to, and the person it acts for; '' where the host does not say.
CREATE TABLE delegate_form (
    delegate_id INTEGER NOT NULL,
    is_agent BOOLEAN NOT NULL,
    actor VARCHAR NOT NULL,
    application_id VARCHAR NOT NULL,
    application VARCHAR NOT NULL,
    on_behalf_of VARCHAR NOT NULL
);

-- NULL where nothing was acted through, and '' where there is no session: as with
-- session_key, what is read a hundred million times has one value.
ALTER TABLE event_fact ADD COLUMN delegate_id INTEGER;
ALTER TABLE event_fact ADD COLUMN agent_session VARCHAR DEFAULT '';
ALTER TABLE access_day ADD COLUMN delegate_id INTEGER;
