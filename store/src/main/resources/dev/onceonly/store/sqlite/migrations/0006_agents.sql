-- How many agents a namespace has, so that a step can tell without counting: those with a row, a policy or both,
-- without the namespace's own switch; and those of them that are switched off.
CREATE TABLE agent_totals (
  namespace_id  INTEGER PRIMARY KEY,
  known         INTEGER NOT NULL,
  switched_off  INTEGER NOT NULL
);
INSERT INTO agent_totals (namespace_id, known, switched_off)
SELECT namespace_id, count(*), sum(off) FROM (
  SELECT namespace_id, agent_id, max(off) AS off FROM (
    SELECT namespace_id, agent_id, disabled_at_ms IS NOT NULL AS off FROM agents WHERE agent_id <> '*'
    UNION ALL
    SELECT namespace_id, agent_id, 0 FROM policies)
  GROUP BY namespace_id, agent_id)
GROUP BY namespace_id;

-- An agent of which a call is unknown is not forgotten. Few calls are ever in it.
CREATE INDEX calls_unknown ON calls (namespace_id, agent_hash) WHERE state = 3;
