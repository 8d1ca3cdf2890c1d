-- When audit entries went. A chain's row has the instant of its last entry; those of the last entry that retention
-- removed, of that removal, and the retention in force then: -1 where they were not kept yet, 0 where there is nothing
-- to tell of. Each entry carries the instant of the one before it, under its hash; -1 in those of before.

ALTER TABLE audit_chains ADD COLUMN head_at_ms INTEGER NOT NULL DEFAULT -1;
ALTER TABLE audit_chains ADD COLUMN anchor_at_ms INTEGER NOT NULL DEFAULT -1;
ALTER TABLE audit_chains ADD COLUMN removed_at_ms INTEGER NOT NULL DEFAULT -1;
ALTER TABLE audit_chains ADD COLUMN kept_ms INTEGER NOT NULL DEFAULT -1;
ALTER TABLE audit_entries ADD COLUMN previous_at_ms INTEGER NOT NULL DEFAULT -1;

UPDATE audit_chains SET head_at_ms = coalesce((
  SELECT at_ms FROM audit_entries WHERE chain_id = audit_chains.id AND number = audit_chains.length), 0);

-- 32 bits over the row's values (RowSum); NULL in rows that were written before, and have not been written since.
ALTER TABLE namespaces ADD COLUMN row_sum INTEGER;
ALTER TABLE api_keys ADD COLUMN row_sum INTEGER;
ALTER TABLE locks ADD COLUMN row_sum INTEGER;
ALTER TABLE leases ADD COLUMN row_sum INTEGER;
ALTER TABLE lease_documents ADD COLUMN row_sum INTEGER;
ALTER TABLE policies ADD COLUMN row_sum INTEGER;
ALTER TABLE tools ADD COLUMN row_sum INTEGER;
ALTER TABLE agents ADD COLUMN row_sum INTEGER;
ALTER TABLE agent_days ADD COLUMN row_sum INTEGER;
ALTER TABLE calls ADD COLUMN row_sum INTEGER;
ALTER TABLE call_documents ADD COLUMN row_sum INTEGER;
ALTER TABLE dedup_entries ADD COLUMN row_sum INTEGER;
ALTER TABLE run_events ADD COLUMN row_sum INTEGER;
ALTER TABLE feed_items ADD COLUMN row_sum INTEGER;
