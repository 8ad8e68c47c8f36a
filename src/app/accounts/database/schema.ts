/**
 * The steps from an empty database to the newest schema. The database's `user_version` is the number of steps it has taken.
 * A step that was released is never changed; a new one is added behind it.
 *
 * Times are in ms since 1970. Secrets are there as SHA-256 only, passwords as argon2id in PHC string format.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    password TEXT NOT NULL,
    -- Another with each new role or password, by which other processes notice.
    stamp TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_sign_in_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    user TEXT NOT NULL,
    -- The user, where it is one of the table; else the session has a role of its own.
    account TEXT REFERENCES users (name) ON DELETE CASCADE,
    role TEXT CHECK (role IN ('viewer', 'operator', 'admin')),
    signed_in_by TEXT NOT NULL CHECK (signed_in_by IN ('code', 'password', 'proxy')),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    from_address TEXT NOT NULL,
    agent TEXT NOT NULL,
    secure INTEGER NOT NULL CHECK (secure IN (0, 1)),
    CHECK ((account IS NULL) <> (role IS NULL))
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_of_user ON sessions (user, last_seen_at);
  CREATE INDEX sessions_of_account ON sessions (account);

  CREATE TABLE codes (
    hash BLOB PRIMARY KEY,
    user TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE familiar_sources (
    account TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    source TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, source)
  ) STRICT, WITHOUT ROWID;
  `,
]
