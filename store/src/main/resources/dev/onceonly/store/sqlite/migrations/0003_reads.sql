-- How many runs a namespace has, so that no page of them counts. Kept by triggers, whoever makes or deletes one.

CREATE TABLE run_totals (
  namespace_id  INTEGER PRIMARY KEY,
  runs          INTEGER NOT NULL
);
INSERT INTO run_totals SELECT namespace_id, count(*) FROM runs GROUP BY namespace_id;

CREATE TRIGGER runs_made AFTER INSERT ON runs BEGIN
  INSERT INTO run_totals VALUES (NEW.namespace_id, 1)
    ON CONFLICT (namespace_id) DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER runs_deleted AFTER DELETE ON runs BEGIN
  UPDATE run_totals SET runs = runs - 1 WHERE namespace_id = OLD.namespace_id;
END;

-- The feed's items are read where they stand, newest last, and are no ring of slots any more: numbers grow over
-- all namespaces.
UPDATE feed_items SET slot = number;
INSERT INTO store_state SELECT 'feed_last_number', coalesce(max(number), 0) FROM feed_items;
