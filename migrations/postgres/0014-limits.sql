-- Files outlive the conversation that they were uploaded for, until nothing names them.

ALTER TABLE attachments ADD COLUMN uploaded_for TEXT REFERENCES conversations (id) ON DELETE SET NULL;
UPDATE attachments SET uploaded_for = conversation_id;
ALTER TABLE attachments DROP COLUMN conversation_id;
ALTER TABLE attachments RENAME COLUMN uploaded_for TO conversation_id;
CREATE INDEX attachments_of_conversation ON attachments (conversation_id);

-- Public channels: how much each account has written, which of them are no more, and which posts were taken back with
-- comments that are still to go.

CREATE TABLE channel_room (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  bytes BIGINT NOT NULL
);
INSERT INTO channel_room
SELECT a.id, SUM(w.bytes)
FROM (
  SELECT author_account_id AS account_id, length(header) + COALESCE(length(content), 0) AS bytes FROM channel_entries
  UNION ALL SELECT account_id, length(header) + length(content) FROM channel_comments
) w JOIN accounts a ON a.id = w.account_id
GROUP BY a.id;

ALTER TABLE channels ADD COLUMN ended_at BIGINT;

CREATE TABLE taken_back_posts (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  post TEXT NOT NULL,
  PRIMARY KEY (channel_id, post)
);
INSERT INTO taken_back_posts
SELECT channel_id, id FROM channel_entries WHERE kind = 'post' AND content IS NULL;
