CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE settings (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  username TEXT NOT NULL,
  username_skeleton TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL,
  root_public_key BYTEA,
  event_head BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  disabled_at BIGINT
);

CREATE TABLE devices (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  credential BYTEA NOT NULL,
  signature_public_key BYTEA NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  revoked_at BIGINT,
  account_cursor BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX devices_of_account ON devices (account_id);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BYTEA NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  device_id TEXT REFERENCES devices (id) ON DELETE SET NULL,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (account_id);
CREATE INDEX sessions_of_device ON sessions (device_id);

CREATE TABLE invites (
  id TEXT NOT NULL PRIMARY KEY,
  code_hash BYTEA NOT NULL UNIQUE,
  created_by TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  uses_left BIGINT NOT NULL CHECK (uses_left >= 0),
  uses BIGINT NOT NULL DEFAULT 0,
  revoked_at BIGINT
);

CREATE TABLE device_log (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  entry BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (account_id, position)
);

CREATE TABLE key_packages (
  ref BYTEA NOT NULL PRIMARY KEY,
  device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  bytes BYTEA NOT NULL,
  last_resort BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  claimed_at BIGINT
);
CREATE INDEX key_packages_of_device ON key_packages (device_id, last_resort, claimed_at);

CREATE TABLE account_events (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  device_id TEXT REFERENCES devices (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  payload BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, sequence)
);

CREATE TABLE conversations (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  pair_key TEXT UNIQUE,
  generation BIGINT NOT NULL,
  suite TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  head BIGINT NOT NULL,
  floor BIGINT NOT NULL DEFAULT 0,
  membership_version BIGINT NOT NULL,
  roles BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE conversation_groups (
  conversation_id TEXT NOT NULL PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
  group_info BYTEA NOT NULL
);

CREATE TABLE conversation_members (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  joined_sequence BIGINT NOT NULL,
  left_sequence BIGINT,
  PRIMARY KEY (conversation_id, account_id)
);
CREATE INDEX conversation_members_of_account ON conversation_members (account_id);

CREATE TABLE conversation_devices (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  leaf_index BIGINT NOT NULL,
  joined_sequence BIGINT NOT NULL,
  joined_epoch BIGINT NOT NULL,
  cursor BIGINT NOT NULL DEFAULT 0,
  counter BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation_id, device_id)
);
CREATE INDEX conversation_devices_of_device ON conversation_devices (device_id);

CREATE TABLE events (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  kind TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sender_account_id TEXT NOT NULL,
  sender_device_id TEXT NOT NULL,
  generation BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  counter BIGINT NOT NULL,
  body BYTEA NOT NULL,
  collapse_key TEXT,
  expires_at BIGINT,
  franking_tag BYTEA,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, sequence),
  UNIQUE (conversation_id, message_id)
);
CREATE INDEX events_to_collapse ON events (conversation_id, sender_device_id, collapse_key)
  WHERE collapse_key IS NOT NULL;
CREATE INDEX events_to_expire ON events (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE epoch_removals (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  generation BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, generation, epoch)
);

CREATE TABLE audit (
  position BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT,
  action TEXT NOT NULL,
  target TEXT,
  ip TEXT,
  request_id TEXT,
  hash BYTEA NOT NULL
);
