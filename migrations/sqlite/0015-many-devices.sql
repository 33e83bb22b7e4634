-- What an account's devices share, how a new one comes to it, and the past that none of them has any more.

CREATE TABLE vaults (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  recovery_public_key BLOB NOT NULL,
  root_signature BLOB NOT NULL,
  sealed BLOB NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE device_links (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  public_key BLOB NOT NULL,
  name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  sealed BLOB,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX device_links_of_account ON device_links (account_id);
CREATE INDEX device_links_of_session ON device_links (session_id);
CREATE INDEX device_links_to_expire ON device_links (expires_at);

CREATE TABLE store_heads (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  head INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE store_rows (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  sealed BLOB,
  PRIMARY KEY (account_id, id)
) STRICT;
CREATE INDEX store_rows_by_sequence ON store_rows (account_id, sequence);

CREATE TABLE archives (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL,
  up_to INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (account_id, conversation_id)
) STRICT;

CREATE TABLE archive_rows (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  version INTEGER NOT NULL,
  sealed BLOB,
  PRIMARY KEY (account_id, conversation_id, sequence)
) STRICT;
