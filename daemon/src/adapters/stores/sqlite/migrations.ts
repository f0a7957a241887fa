/**
 * The schema, step by step. A step that was released never changes; a later one goes forward. The
 * number of steps is the file's version.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE rows (
     kind  TEXT NOT NULL,
     key   BLOB NOT NULL,
     value BLOB NOT NULL,
     PRIMARY KEY (kind, key)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE log (
     place INTEGER PRIMARY KEY,
     body  BLOB NOT NULL,
     hash  BLOB NOT NULL CHECK (length(hash) = 32)
   ) STRICT;`,
  // The sums over the rows are a tree: an earlier program would take all rows for damaged.
  '',
  // Requests are pruned, and addresses kept: an earlier program would take what is left of them for damage.
  '',
  // The tree of sums has one level more: an earlier program would take all rows for damaged.
  '',
]
