-- What people show of themselves, sealed by their devices.

CREATE TABLE profiles (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  updated_at BIGINT NOT NULL
);
