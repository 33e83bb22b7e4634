-- What people told the moderators of this server, with what proves it.

CREATE TABLE reports (
  id TEXT NOT NULL PRIMARY KEY,
  reporter_account_id TEXT NOT NULL,
  reported_account_id TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('spam', 'threats', 'illegal', 'other')),
  comment TEXT NOT NULL,
  messages INTEGER NOT NULL,
  evidence BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'dismissed', 'acted')),
  note TEXT NOT NULL,
  decided_by TEXT,
  decided_at INTEGER
) STRICT;
CREATE INDEX reports_of_reporter ON reports (reporter_account_id, state);
CREATE INDEX reports_by_age ON reports (created_at, id);
CREATE INDEX reports_decided ON reports (decided_at) WHERE decided_at IS NOT NULL;
