-- Governance, audit, runs and mail.
--
-- What comes in large numbers (calls, dedup entries, audit entries, run events) stands in the order of its
-- arrival, as in 0001. What is counted per agent stands by day or hour before the agent, so that the rows which
-- are written now are neighbours. Hashes of 64 hexadecimal digits are stored as 32 bytes. Lists of tools' names
-- stand in one text, a line each; where a number belongs to a name, it follows behind a space.

CREATE TABLE policies (
  arrival                     INTEGER PRIMARY KEY,
  namespace_id                INTEGER NOT NULL,
  agent_id                    TEXT NOT NULL,
  version                     TEXT NOT NULL,
  updated_at_ms               INTEGER NOT NULL,
  allowed_tools               TEXT,
  blocked_tools               TEXT,
  max_actions_per_hour        INTEGER,
  max_spend_nano_usd_per_day  INTEGER,
  max_calls_per_tool          TEXT,
  pricing_rules               TEXT,
  UNIQUE (namespace_id, agent_id)
);

CREATE TABLE tools (
  arrival        INTEGER PRIMARY KEY,
  namespace_id   INTEGER NOT NULL,
  scope_id       TEXT NOT NULL,
  name           TEXT NOT NULL,
  url            TEXT NOT NULL,
  sealed         TEXT NOT NULL,
  secret_id      TEXT NOT NULL,
  mask           TEXT NOT NULL,
  next_sealed    TEXT,
  next_id        TEXT,
  next_mask      TEXT,
  only_v2        INTEGER NOT NULL,
  timeout_ms     INTEGER NOT NULL,
  max_retries    INTEGER NOT NULL,
  enabled        INTEGER NOT NULL,
  description    TEXT,
  created_at_ms  INTEGER NOT NULL,
  UNIQUE (namespace_id, scope_id, name)
);

CREATE TABLE tool_totals (
  namespace_id  INTEGER PRIMARY KEY,
  tools         INTEGER NOT NULL
);

CREATE TABLE agents (
  namespace_id     INTEGER NOT NULL,
  agent_id         TEXT NOT NULL,
  last_seen_at_ms  INTEGER NOT NULL,
  disabled_at_ms   INTEGER,
  disabled_reason  TEXT,
  PRIMARY KEY (namespace_id, agent_id)
) WITHOUT ROWID;
CREATE INDEX agents_off ON agents (namespace_id, agent_id) WHERE disabled_at_ms IS NOT NULL;

CREATE TABLE agent_hours (
  namespace_id  INTEGER NOT NULL,
  hour          INTEGER NOT NULL,
  agent_id      TEXT NOT NULL,
  actions       INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, hour, agent_id)
) WITHOUT ROWID;

CREATE TABLE agent_days (
  namespace_id       INTEGER NOT NULL,
  day                INTEGER NOT NULL,
  agent_id           TEXT NOT NULL,
  actions            INTEGER NOT NULL,
  blocked            INTEGER NOT NULL,
  reserved_nano_usd  INTEGER NOT NULL,
  settled_nano_usd   INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, day, agent_id)
) WITHOUT ROWID;

CREATE TABLE tool_days (
  namespace_id  INTEGER NOT NULL,
  day           INTEGER NOT NULL,
  agent_id      TEXT NOT NULL,
  tool          TEXT NOT NULL,
  calls         INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, day, agent_id, tool)
) WITHOUT ROWID;

-- state: 0 reserved, 1 executed, 2 failed, 3 unknown. agent_hash: 64 bits over namespace and agent.
CREATE TABLE calls (
  number           INTEGER PRIMARY KEY,
  namespace_id     INTEGER NOT NULL,
  state            INTEGER NOT NULL,
  agent_hash       INTEGER NOT NULL,
  agent_id         TEXT NOT NULL,
  tool             TEXT NOT NULL,
  scope_id         TEXT NOT NULL,
  args_hash        BLOB NOT NULL,
  attempt_id       TEXT,
  run_id           TEXT,
  spend_nano_usd   INTEGER NOT NULL,
  created_at_ms    INTEGER NOT NULL,
  dedup_hash       BLOB NOT NULL,
  idempotency_key  TEXT NOT NULL,
  attempts         INTEGER NOT NULL,
  tool_binding     TEXT NOT NULL,
  claim            INTEGER NOT NULL,
  claim_until_ms   INTEGER NOT NULL,
  settled_at_ms    INTEGER,
  status_code      INTEGER,
  message          TEXT,
  resolved_by      TEXT,
  note             TEXT
);
-- In the order of arrival, with what lists filter by: one index that no agent's calls scatter.
CREATE INDEX calls_by_namespace ON calls (namespace_id, number, state, agent_hash);
CREATE INDEX calls_in_flight ON calls (state) WHERE state = 0;

-- id: twice the call's number, plus 0 for the body and 1 for the result.
CREATE TABLE call_documents (
  id            INTEGER PRIMARY KEY,
  namespace_id  INTEGER NOT NULL,
  json          TEXT NOT NULL
);

CREATE TABLE dedup_entries (
  arrival        INTEGER PRIMARY KEY,
  namespace_id   INTEGER NOT NULL,
  key_hash       INTEGER NOT NULL,
  hash           BLOB NOT NULL,
  call_number    INTEGER NOT NULL,
  state          INTEGER NOT NULL,
  args_hash      BLOB NOT NULL,
  attempt_id     TEXT,
  created_at_ms  INTEGER NOT NULL,
  expires_at_ms  INTEGER NOT NULL
);
CREATE INDEX dedup_entries_by_key_hash ON dedup_entries (key_hash);

CREATE TABLE audit_chains (
  id             INTEGER PRIMARY KEY,
  namespace_id   INTEGER NOT NULL,
  chain          TEXT NOT NULL,
  length         INTEGER NOT NULL,
  head_hash      BLOB NOT NULL,
  anchor_number  INTEGER NOT NULL,
  anchor_hash    BLOB NOT NULL,
  UNIQUE (namespace_id, chain)
);

-- Time never falls from arrival to arrival. What stands behind hash is about a governed call, or null.
CREATE TABLE audit_entries (
  arrival         INTEGER PRIMARY KEY,
  chain_id        INTEGER NOT NULL,
  number          INTEGER NOT NULL,
  at_ms           INTEGER NOT NULL,
  action          TEXT NOT NULL,
  actor           TEXT NOT NULL,
  detail          TEXT,
  previous_hash   BLOB NOT NULL,
  hash            BLOB NOT NULL,
  tool            TEXT,
  allowed         INTEGER,
  decision        TEXT,
  reason          TEXT,
  risk_level      TEXT,
  call_id         TEXT,
  args_hash       BLOB,
  spend_nano_usd  INTEGER,
  policy_version  TEXT
);
CREATE UNIQUE INDEX audit_entries_by_chain ON audit_entries (chain_id, number);

CREATE TABLE runs (
  number         INTEGER PRIMARY KEY,
  namespace_id   INTEGER NOT NULL,
  run_id         TEXT NOT NULL,
  last_ts        INTEGER NOT NULL,
  last_event_id  INTEGER NOT NULL,
  last_type      TEXT NOT NULL,
  last_status    TEXT,
  events         INTEGER NOT NULL,
  UNIQUE (namespace_id, run_id)
);
CREATE INDEX runs_by_last_ts ON runs (namespace_id, last_ts DESC);

-- run: the run's number. ts may be the caller's; at_ms never falls from id to id.
CREATE TABLE run_events (
  id           INTEGER PRIMARY KEY,
  run          INTEGER NOT NULL,
  ts           INTEGER NOT NULL,
  at_ms        INTEGER NOT NULL,
  type         TEXT NOT NULL,
  status       TEXT,
  step         TEXT,
  tool         TEXT,
  req_id       TEXT,
  lease_id     TEXT,
  agent_id     TEXT,
  message      TEXT,
  duration_ms  INTEGER,
  data         TEXT
);
CREATE INDEX run_events_by_run ON run_events (run, ts);

-- id: the lease's arrival.
CREATE TABLE run_tasks (
  id              INTEGER PRIMARY KEY,
  namespace_id    INTEGER NOT NULL,
  agent_id        TEXT NOT NULL,
  run_id          TEXT NOT NULL,
  actions         INTEGER NOT NULL,
  dry_run         INTEGER NOT NULL,
  valid           INTEGER NOT NULL,
  actor           TEXT NOT NULL,
  queued_at_ms    INTEGER NOT NULL,
  lease_token     INTEGER NOT NULL,
  next            INTEGER NOT NULL,
  claim           INTEGER NOT NULL,
  claim_until_ms  INTEGER NOT NULL
);
CREATE INDEX run_tasks_by_age ON run_tasks (queued_at_ms);
CREATE INDEX run_tasks_by_agent ON run_tasks (namespace_id, agent_id);

-- id: 64 times the lease's arrival, plus the action's index. Without a decision it is not done.
CREATE TABLE run_actions (
  id              INTEGER PRIMARY KEY,
  tool            TEXT NOT NULL,
  args            TEXT NOT NULL,
  spend_nano_usd  INTEGER NOT NULL,
  chain_hash      BLOB NOT NULL,
  decision        TEXT,
  reason          TEXT,
  result          TEXT
);

-- next_at_ms: null once it was sent or given up.
CREATE TABLE mails (
  arrival        INTEGER PRIMARY KEY,
  namespace_id   INTEGER NOT NULL,
  kind           TEXT NOT NULL,
  subject        TEXT NOT NULL,
  hour           INTEGER NOT NULL,
  text           TEXT NOT NULL,
  created_at_ms  INTEGER NOT NULL,
  attempts       INTEGER NOT NULL,
  next_at_ms     INTEGER,
  UNIQUE (namespace_id, kind, subject, hour)
);
CREATE INDEX mails_due ON mails (next_at_ms) WHERE next_at_ms IS NOT NULL;

ALTER TABLE usage_days ADD COLUMN tools_executed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_days ADD COLUMN tools_blocked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_days ADD COLUMN tools_dedup INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_days ADD COLUMN tools_error INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_days ADD COLUMN tools_spend_nano_usd INTEGER NOT NULL DEFAULT 0;

ALTER TABLE feed_items ADD COLUMN agent_id TEXT;
ALTER TABLE feed_items ADD COLUMN tool TEXT;
ALTER TABLE feed_items ADD COLUMN reason TEXT;
ALTER TABLE feed_items ADD COLUMN risk_level TEXT;
ALTER TABLE feed_items ADD COLUMN policy_version TEXT;
