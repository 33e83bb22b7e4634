-- What an account's devices share, how a new one comes to it, and the past that none of them has any more.

CREATE TABLE vaults (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  recovery_public_key BYTEA NOT NULL,
  root_signature BYTEA NOT NULL,
  sealed BYTEA NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE device_links (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  public_key BYTEA NOT NULL,
  name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  sealed BYTEA,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX device_links_of_account ON device_links (account_id);
CREATE INDEX device_links_of_session ON device_links (session_id);
CREATE INDEX device_links_to_expire ON device_links (expires_at);

CREATE TABLE store_heads (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  head BIGINT NOT NULL,
  rows BIGINT NOT NULL,
  bytes BIGINT NOT NULL
);

CREATE TABLE store_rows (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  sealed BYTEA,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX store_rows_by_sequence ON store_rows (account_id, sequence);

CREATE TABLE archives (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL,
  up_to BIGINT NOT NULL,
  rows BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (account_id, conversation_id)
);

CREATE TABLE archive_rows (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  version BIGINT NOT NULL,
  sealed BYTEA,
  PRIMARY KEY (account_id, conversation_id, sequence)
);
