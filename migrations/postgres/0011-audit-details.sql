-- What a change was from and to.

ALTER TABLE audit ADD COLUMN detail TEXT;
