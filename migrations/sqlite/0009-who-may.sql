-- Who may write in a group, and how slowly; null and 0 where it is everybody and at will.

ALTER TABLE conversations ADD COLUMN who_writes TEXT CHECK (who_writes IN ('moderators', 'admins'));
ALTER TABLE conversations ADD COLUMN pause INTEGER NOT NULL DEFAULT 0 CHECK (pause >= 0);
ALTER TABLE conversation_members ADD COLUMN wrote_at INTEGER;
