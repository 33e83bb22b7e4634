-- 2 passes for z, 5 for s, 8 for b and 9 for g. Of those that now look alike the one whose look it was already,
-- else the oldest, gets the look; the others keep their name and what they had. Nobody new gets a name of that look.

WITH names AS (
  SELECT id, created_at, username_skeleton AS was, translate(username_skeleton, '2589', 'zsbg') AS becomes FROM accounts
  UNION ALL
  SELECT id, created_at, handle_skeleton, translate(handle_skeleton, '2589', 'zsbg') FROM channels
), placed AS (
  SELECT id, was, becomes, ROW_NUMBER() OVER (
    PARTITION BY becomes ORDER BY CASE WHEN was = becomes THEN 0 ELSE 1 END, created_at, id
  ) AS place
  FROM names
)
UPDATE accounts SET username_skeleton = translate(username_skeleton, '2589', 'zsbg')
WHERE id IN (SELECT id FROM placed WHERE place = 1 AND was <> becomes);

WITH names AS (
  SELECT id, created_at, username_skeleton AS was, translate(username_skeleton, '2589', 'zsbg') AS becomes FROM accounts
  UNION ALL
  SELECT id, created_at, handle_skeleton, translate(handle_skeleton, '2589', 'zsbg') FROM channels
), placed AS (
  SELECT id, was, becomes, ROW_NUMBER() OVER (
    PARTITION BY becomes ORDER BY CASE WHEN was = becomes THEN 0 ELSE 1 END, created_at, id
  ) AS place
  FROM names
)
UPDATE channels SET handle_skeleton = translate(handle_skeleton, '2589', 'zsbg')
WHERE id IN (SELECT id FROM placed WHERE place = 1 AND was <> becomes);
