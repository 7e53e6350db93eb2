import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@leverframe/kernel";
import schema from "./schema.sql";
import upgrade1 from "./upgrade-1.sql";

const SCHEMA_VERSION = 2;
const OPEN_WAIT_MS = 10_000;
/** How long a write waits for another process on the event loop, before it waits off it. */
const LOCK_WAIT_MS = 5;

/** Makes the file, or brings one of an earlier version up to date. `bad_config` when a later version made it. */
export function openFile(path: string, synchronous: "full" | "normal"): DatabaseSync {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous.toUpperCase()};`);
  // Looked at under the lock: another process may be upgrading at this moment.
  db.exec("BEGIN IMMEDIATE");
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > SCHEMA_VERSION) {
    db.close();
    const message = `ledger file \`${path}\` has schema version ${version}; expected at most ${SCHEMA_VERSION}`;
    throw new AppError("bad_config", message);
  }
  db.exec(`${schema} ${version === 1 ? upgrade1 : ""} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  db.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
  return db;
}
