-- Encrypted files, and whose members may fetch them.

ALTER TABLE events ADD COLUMN attachment_ids TEXT;

CREATE TABLE attachments (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  size INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  completed_at INTEGER,
  used_at INTEGER
) STRICT;
CREATE INDEX attachments_of_account ON attachments (account_id);
CREATE INDEX attachments_unused ON attachments (created_at) WHERE used_at IS NULL;

CREATE TABLE attachment_grants (
  attachment_id TEXT NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  PRIMARY KEY (attachment_id, conversation_id)
) STRICT;
CREATE INDEX attachment_grants_of_conversation ON attachment_grants (conversation_id);
