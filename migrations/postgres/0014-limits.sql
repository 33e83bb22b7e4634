-- Files outlive the conversation that they were uploaded for, until nothing names them.

ALTER TABLE attachments ADD COLUMN uploaded_for TEXT REFERENCES conversations (id) ON DELETE SET NULL;
UPDATE attachments SET uploaded_for = conversation_id;
ALTER TABLE attachments DROP COLUMN conversation_id;
ALTER TABLE attachments RENAME COLUMN uploaded_for TO conversation_id;
CREATE INDEX attachments_of_conversation ON attachments (conversation_id);
