-- Who claimed what, and whose run it is.
--
-- claimed_by: the number of the API key that claimed; null where it was claimed before this was kept. API keys
-- are numbered over the whole store, those that are there in the order in which they were made.

ALTER TABLE locks ADD COLUMN claimed_by INTEGER;
ALTER TABLE leases ADD COLUMN claimed_by INTEGER;

ALTER TABLE api_keys ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN lock_patterns TEXT NOT NULL DEFAULT '';
UPDATE api_keys SET number = n.number
FROM (SELECT sha256, row_number() OVER (ORDER BY created_at_ms, sha256) AS number FROM api_keys) AS n
WHERE n.sha256 = api_keys.sha256;
CREATE UNIQUE INDEX api_keys_by_number ON api_keys (number);
INSERT INTO sequences (name, last) SELECT 'api_keys', count(*) FROM api_keys;

-- agents: those that the run's events have named, up to nine of them, each behind its length in characters and a
-- colon.
ALTER TABLE runs ADD COLUMN agents TEXT NOT NULL DEFAULT '';
UPDATE runs SET agents = (
  SELECT coalesce(group_concat(length(agent_id) || ':' || agent_id, ''), '') FROM (
    SELECT agent_id FROM run_events WHERE run = runs.number AND agent_id IS NOT NULL
    GROUP BY agent_id ORDER BY min(id) LIMIT 9));
