-- Records are kept whole as JSON; columns and side tables hold what is looked up. Times are microseconds since 1970, UTC.
CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE feeds (url TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE feed_states (feed_url TEXT PRIMARY KEY, polled_at INTEGER, record TEXT NOT NULL);
CREATE TABLE polls (
    feed_url TEXT NOT NULL, polled_at INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (feed_url, polled_at)
);
CREATE INDEX polls_by_time ON polls (polled_at);

CREATE TABLE runs (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, opened_at INTEGER NOT NULL, record TEXT NOT NULL
);
CREATE INDEX runs_by_time ON runs (opened_at);

CREATE TABLE stories (id TEXT PRIMARY KEY, merged_into TEXT, record TEXT NOT NULL);
CREATE INDEX stories_by_target ON stories (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE articles (
    doc INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run_id TEXT NOT NULL,
    story_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    published INTEGER,
    seen INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    member TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX articles_by_run ON articles (run_id);
CREATE INDEX articles_by_story ON articles (story_id);
CREATE INDEX articles_by_time ON articles (timestamp);

-- Values of keyword fields: topic, entity (QIDs), form (surface forms), author, lang, source, country.
CREATE TABLE terms (
    doc INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (doc, field, value)
) WITHOUT ROWID;
CREATE INDEX terms_by_value ON terms (field, value);

-- Parties: a QID and a casefolded label, '' where there is none.
CREATE TABLE events (
    doc INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    place_in_document INTEGER NOT NULL,
    actor TEXT NOT NULL, actor_label TEXT NOT NULL,
    target TEXT NOT NULL, target_label TEXT NOT NULL,
    place TEXT NOT NULL, place_label TEXT NOT NULL,
    low INTEGER, high INTEGER,
    status TEXT NOT NULL,
    PRIMARY KEY (doc, place_in_document)
) WITHOUT ROWID;
CREATE INDEX events_by_actor ON events (actor);
CREATE INDEX events_by_target ON events (target);
CREATE INDEX events_by_place ON events (place);

CREATE TABLE story_keys (
    key TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    doc INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (key, timestamp, doc)
) WITHOUT ROWID;
CREATE INDEX story_keys_by_doc ON story_keys (doc);

-- The words of processors.store.analysis, ready-made, so that the tokenizer has only to split at spaces. A stem is
-- "language:stem". The index keeps no copy of the text.
CREATE VIRTUAL TABLE text USING fts5 (
    title, body, title_stems, body_stems, content = '', tokenize = "ascii tokenchars ':'"
);

CREATE TABLE tombstones (article_id TEXT PRIMARY KEY, reason TEXT NOT NULL, removed_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE matches (
    rule_id TEXT NOT NULL, article_id TEXT NOT NULL, run_id TEXT NOT NULL, PRIMARY KEY (rule_id, article_id, run_id)
) WITHOUT ROWID;
CREATE TABLE alerts (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, subject TEXT NOT NULL, raised_at INTEGER NOT NULL, record TEXT NOT NULL
);
CREATE INDEX alerts_by_time ON alerts (raised_at);
CREATE INDEX alerts_by_subject ON alerts (subject);
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    not_before INTEGER,
    claimed_by TEXT,
    claimed_until INTEGER,
    record TEXT NOT NULL
);
CREATE INDEX notifications_by_state ON notifications (state, created_at);

CREATE TABLE quarantine (id TEXT PRIMARY KEY, at INTEGER NOT NULL, record TEXT NOT NULL);
