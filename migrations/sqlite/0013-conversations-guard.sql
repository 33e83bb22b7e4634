-- What several account events carry, kept once for all of them.

CREATE TABLE enclosures (
  id TEXT NOT NULL PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
ALTER TABLE account_events ADD COLUMN enclosure_id TEXT REFERENCES enclosures (id) ON DELETE CASCADE;
CREATE INDEX account_events_of_enclosure ON account_events (enclosure_id) WHERE enclosure_id IS NOT NULL;

-- Since when a key package is used up: by the commit that added its device.

ALTER TABLE key_packages ADD COLUMN committed_at INTEGER;

-- Ids that were a group's or a link's once, and are nobody's ever again.

CREATE TABLE gone_conversations (
  id TEXT NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE ended_links (
  id TEXT NOT NULL PRIMARY KEY,
  conversation_id TEXT NOT NULL
) STRICT;

-- Whoever was declined may ask again some time after.

ALTER TABLE join_requests ADD COLUMN declined_at INTEGER;
