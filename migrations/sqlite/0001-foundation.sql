CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  username TEXT NOT NULL,
  username_skeleton TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL,
  root_public_key BLOB,
  event_head INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
) STRICT;

CREATE TABLE devices (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  credential BLOB NOT NULL,
  signature_public_key BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  revoked_at INTEGER,
  account_cursor INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX devices_of_account ON devices (account_id);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  device_id TEXT REFERENCES devices (id) ON DELETE SET NULL,
  user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account_id);
CREATE INDEX sessions_of_device ON sessions (device_id);

CREATE TABLE invites (
  id TEXT NOT NULL PRIMARY KEY,
  code_hash BLOB NOT NULL UNIQUE,
  created_by TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  uses_left INTEGER NOT NULL CHECK (uses_left >= 0),
  uses INTEGER NOT NULL DEFAULT 0,
  revoked_at INTEGER
) STRICT;

CREATE TABLE device_log (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  entry BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (account_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_packages (
  ref BLOB NOT NULL PRIMARY KEY,
  device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  bytes BLOB NOT NULL,
  last_resort INTEGER NOT NULL CHECK (last_resort IN (0, 1)),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  claimed_at INTEGER
) STRICT;
CREATE INDEX key_packages_of_device ON key_packages (device_id, last_resort, claimed_at);

CREATE TABLE account_events (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  device_id TEXT REFERENCES devices (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, sequence)
) STRICT;

CREATE TABLE conversations (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  pair_key TEXT UNIQUE,
  generation INTEGER NOT NULL,
  suite TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  head INTEGER NOT NULL,
  floor INTEGER NOT NULL DEFAULT 0,
  membership_version INTEGER NOT NULL,
  roles BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation_groups (
  conversation_id TEXT NOT NULL PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
  group_info BLOB NOT NULL
) STRICT;

CREATE TABLE conversation_members (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  joined_sequence INTEGER NOT NULL,
  left_sequence INTEGER,
  PRIMARY KEY (conversation_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_members_of_account ON conversation_members (account_id);

CREATE TABLE conversation_devices (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  leaf_index INTEGER NOT NULL,
  joined_sequence INTEGER NOT NULL,
  joined_epoch INTEGER NOT NULL,
  cursor INTEGER NOT NULL DEFAULT 0,
  counter INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_devices_of_device ON conversation_devices (device_id);

CREATE TABLE events (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sender_account_id TEXT NOT NULL,
  sender_device_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  body BLOB NOT NULL,
  collapse_key TEXT,
  expires_at INTEGER,
  franking_tag BLOB,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, sequence),
  UNIQUE (conversation_id, message_id)
) STRICT;
CREATE INDEX events_to_collapse ON events (conversation_id, sender_device_id, collapse_key)
  WHERE collapse_key IS NOT NULL;
CREATE INDEX events_to_expire ON events (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE epoch_removals (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, generation, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  position INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT,
  action TEXT NOT NULL,
  target TEXT,
  ip TEXT,
  request_id TEXT,
  hash BLOB NOT NULL
) STRICT;
