-- Devices that the server takes out of a group, until a member's commit carries it out.

CREATE TABLE pending_removals (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  device_id TEXT NOT NULL,
  proposal BLOB NOT NULL,
  PRIMARY KEY (conversation_id, device_id)
) STRICT;
