-- Public channels: a log of signed entries each, who joined, and what they say about the posts.

CREATE TABLE channels (
  id TEXT NOT NULL PRIMARY KEY,
  handle TEXT NOT NULL,
  handle_skeleton TEXT NOT NULL UNIQUE,
  owner_account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  head INTEGER NOT NULL,
  head_hash BLOB NOT NULL,
  statement_sequence INTEGER NOT NULL,
  comments INTEGER NOT NULL CHECK (comments IN (0, 1)),
  subscribers INTEGER NOT NULL,
  comment_head INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE channel_entries (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('statement', 'post', 'edit', 'delete')),
  target TEXT,
  author_account_id TEXT NOT NULL,
  header BLOB NOT NULL,
  content BLOB,
  PRIMARY KEY (channel_id, sequence),
  UNIQUE (channel_id, id)
) STRICT;
CREATE INDEX channel_entries_of_target ON channel_entries (channel_id, target) WHERE target IS NOT NULL;
CREATE INDEX channel_entries_of_kind ON channel_entries (channel_id, kind, sequence);

CREATE TABLE channel_subscribers (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  PRIMARY KEY (channel_id, account_id)
) STRICT;
CREATE INDEX channel_subscribers_of_account ON channel_subscribers (account_id);

CREATE TABLE channel_comments (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  post TEXT NOT NULL,
  place INTEGER NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  header BLOB NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (channel_id, id)
) STRICT;
CREATE INDEX channel_comments_of_post ON channel_comments (channel_id, post, place);
