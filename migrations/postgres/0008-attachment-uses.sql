-- Which message names which file, so that files go with the last message that does.

CREATE TABLE attachment_uses (
  attachment_id TEXT NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  sender_account_id TEXT NOT NULL,
  expires_at BIGINT,
  PRIMARY KEY (attachment_id, conversation_id, message_id)
);
CREATE INDEX attachment_uses_of_message ON attachment_uses (conversation_id, message_id);
CREATE INDEX attachment_uses_that_expire ON attachment_uses (expires_at) WHERE expires_at IS NOT NULL;

-- Which messages named the files of before is not known any more: those stay.
INSERT INTO attachment_uses
SELECT attachment_id, conversation_id, '', account_id, NULL
FROM (
  SELECT g.attachment_id, g.conversation_id, a.account_id
  FROM attachment_grants g JOIN attachments a ON a.id = g.attachment_id
  WHERE a.used_at IS NOT NULL
) AS used;
