-- Which message of its sender a message takes back.

ALTER TABLE events ADD COLUMN deletes TEXT;
