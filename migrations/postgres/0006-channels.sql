-- Public channels: a log of signed entries each, who joined, and what they say about the posts.

CREATE TABLE channels (
  id TEXT NOT NULL PRIMARY KEY,
  handle TEXT NOT NULL,
  handle_skeleton TEXT NOT NULL UNIQUE,
  owner_account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  head BIGINT NOT NULL,
  head_hash BYTEA NOT NULL,
  statement_sequence BIGINT NOT NULL,
  comments BOOLEAN NOT NULL,
  subscribers BIGINT NOT NULL,
  comment_head BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE channel_entries (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('statement', 'post', 'edit', 'delete')),
  target TEXT,
  author_account_id TEXT NOT NULL,
  header BYTEA NOT NULL,
  content BYTEA,
  PRIMARY KEY (channel_id, sequence),
  UNIQUE (channel_id, id)
);
CREATE INDEX channel_entries_of_target ON channel_entries (channel_id, target) WHERE target IS NOT NULL;
CREATE INDEX channel_entries_of_kind ON channel_entries (channel_id, kind, sequence);

CREATE TABLE channel_subscribers (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  PRIMARY KEY (channel_id, account_id)
);
CREATE INDEX channel_subscribers_of_account ON channel_subscribers (account_id);

CREATE TABLE channel_comments (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  post TEXT NOT NULL,
  place BIGINT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  header BYTEA NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (channel_id, id)
);
CREATE INDEX channel_comments_of_post ON channel_comments (channel_id, post, place);
