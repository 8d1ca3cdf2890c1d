-- Locks, leases, usage, feed, accounts.
--
-- Rows that come in large numbers stand in the order of their arrival (neighbouring rows share a page, and so
-- a flush), and are found by an index on 64 bits of the SHA-256 of namespace and key: narrow entries, so that
-- a random key dirties one small page. The hash is no identity: namespace and key are always compared too.

CREATE TABLE store_state (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sequences (
  name TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE namespaces (
  name                TEXT PRIMARY KEY,
  id                  INTEGER NOT NULL UNIQUE,
  plan                TEXT NOT NULL,
  created_at_ms       INTEGER NOT NULL,
  email               TEXT,
  mails               INTEGER NOT NULL,
  mails_tool_errors   INTEGER NOT NULL,
  mails_run_failures  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_keys (
  sha256          TEXT PRIMARY KEY,
  key_id          TEXT NOT NULL UNIQUE,
  namespace_id    INTEGER NOT NULL,
  preview         TEXT NOT NULL,
  role            TEXT NOT NULL,
  agent_patterns  TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  disabled_at_ms  INTEGER
) WITHOUT ROWID;

CREATE TABLE locks (
  arrival        INTEGER PRIMARY KEY,
  namespace_id   INTEGER NOT NULL,
  key_hash       INTEGER NOT NULL,
  key            TEXT NOT NULL,
  fence          INTEGER NOT NULL,
  granted_at_ms  INTEGER NOT NULL,
  ttl_ms         INTEGER NOT NULL,
  token          INTEGER NOT NULL,
  attempt_id     TEXT,
  fingerprint    TEXT,
  released       INTEGER NOT NULL,
  metadata       TEXT
);
CREATE INDEX locks_by_key_hash ON locks (key_hash);

CREATE TABLE leases (
  arrival         INTEGER PRIMARY KEY,
  namespace_id    INTEGER NOT NULL,
  key_hash        INTEGER NOT NULL,
  key             TEXT NOT NULL,
  fence           INTEGER NOT NULL,
  granted_at_ms   INTEGER NOT NULL,
  granted_ttl_ms  INTEGER NOT NULL,
  token           INTEGER NOT NULL,
  attempt_id      TEXT,
  fingerprint     TEXT,
  version         INTEGER NOT NULL,
  ttl_ms          INTEGER NOT NULL,
  expires_at_ms   INTEGER NOT NULL,
  done_at_ms      INTEGER,
  result_hash     TEXT,
  error_code      TEXT,
  error_hash      TEXT,
  payload_hash    TEXT
);
CREATE INDEX leases_by_key_hash ON leases (key_hash);

-- id: twice the lease's arrival, plus 0 for the metadata and 1 for the result.
CREATE TABLE lease_documents (
  id    INTEGER PRIMARY KEY,
  json  TEXT NOT NULL
);

CREATE TABLE usage_months (
  namespace_id   INTEGER NOT NULL,
  month          INTEGER NOT NULL,
  make_requests  INTEGER NOT NULL,
  make_usage     INTEGER NOT NULL,
  make_blocked   INTEGER NOT NULL,
  ai_requests    INTEGER NOT NULL,
  ai_usage       INTEGER NOT NULL,
  ai_blocked     INTEGER NOT NULL,
  ai_polling     INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, month)
) WITHOUT ROWID;

CREATE TABLE usage_days (
  namespace_id    INTEGER NOT NULL,
  day             INTEGER NOT NULL,
  make_requests   INTEGER NOT NULL,
  make_locked     INTEGER NOT NULL,
  make_duplicate  INTEGER NOT NULL,
  make_blocked    INTEGER NOT NULL,
  ai_requests     INTEGER NOT NULL,
  ai_acquired     INTEGER NOT NULL,
  ai_polling      INTEGER NOT NULL,
  ai_completed    INTEGER NOT NULL,
  ai_failed       INTEGER NOT NULL,
  ai_blocked      INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, day)
) WITHOUT ROWID;

-- A ring of 200 for each namespace: slot is number % 200, numbers count from 1.
CREATE TABLE feed_items (
  namespace_id  INTEGER NOT NULL,
  slot          INTEGER NOT NULL,
  number        INTEGER NOT NULL,
  at_ms         INTEGER NOT NULL,
  type          TEXT NOT NULL,
  key           TEXT,
  lease_id      TEXT,
  PRIMARY KEY (namespace_id, slot)
) WITHOUT ROWID;
