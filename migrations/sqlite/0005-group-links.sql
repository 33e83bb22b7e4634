-- Links into groups: how often each was used, its sealed preview, and who waits to be let in.

CREATE TABLE group_links (
  id TEXT NOT NULL PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  public_key BLOB NOT NULL,
  uses INTEGER NOT NULL,
  preview BLOB
) STRICT;
CREATE INDEX group_links_of_conversation ON group_links (conversation_id);

CREATE TABLE join_requests (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  link_id TEXT NOT NULL REFERENCES group_links (id) ON DELETE CASCADE,
  root_public_key BLOB NOT NULL,
  at INTEGER NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (conversation_id, account_id)
) STRICT;
