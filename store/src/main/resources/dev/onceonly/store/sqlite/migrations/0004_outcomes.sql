-- How a lease ended: 1 by a cancellation, 0 by a failure; NULL when completed, and where it ended before this was kept.
ALTER TABLE leases ADD COLUMN canceled INTEGER;

-- Whose action it is, and the instant since which its run's key has been remembered without a gap; NULL in rows of before.
ALTER TABLE run_actions ADD COLUMN agent_id TEXT;
ALTER TABLE run_actions ADD COLUMN since_ms INTEGER;
