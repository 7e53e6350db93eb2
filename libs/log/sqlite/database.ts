import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@leverframe/kernel";
import schema from "./schema.sql";

/**
 * `normal`: a commit is in the operating system's hands before `append` resolves, so it survives kill −9 of every
 * process; a power cut or kernel crash may lose the commits since the last checkpoint, and never corrupts the file.
 * `full`: each commit waits for the disk (one fsync per group commit) and survives a power cut too.
 */
export type Durability = "normal" | "full";

const SCHEMA_VERSION = 1;
/** Checkpoints copy the write-ahead log back and fsync; at 2000 pages (16 MB) they are rare and still short. */
const CHECKPOINT_PAGES = 2_000;
const BUSY = 5;
const LOCKED = 6;
const FULL_DISK = 13;

/** One connection, used by one thread. Statements are short, so its blocking calls don't starve the event loop. */
export class Database {
  private readonly connection: DatabaseSync;

  constructor(file: string, durability: Durability, busyMsMax: number) {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    this.connection = new DatabaseSync(file, { timeout: busyMsMax });
    // Counts when the file is made. Records of about 1 KB fit 8 KB pages better than 4 KB ones: a fifth less CPU.
    this.connection.exec("PRAGMA page_size = 8192");
    this.becomeWal(busyMsMax);
    this.connection.exec(
      `PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"};
       PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
       PRAGMA journal_size_limit = 67108864;`,
    );
    this.transaction(() => {
      const { user_version: version } = this.connection.prepare("PRAGMA user_version").get() as { user_version: number };
      if (version > SCHEMA_VERSION) {
        const message = `log file \`${file}\` has schema version ${version}, expected at most ${SCHEMA_VERSION}: it was written by a newer release`;
        throw new AppError("bad_config", message);
      }
      this.connection.exec(schema);
      this.connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  }

  /** Rows as arrays in column order: a third cheaper to read than objects. */
  rows<Row extends readonly unknown[]>(sql: string): (...parameters: Parameter[]) => Row[] {
    const statement = this.connection.prepare(sql);
    statement.setReturnArrays(true);
    return (...parameters) => statement.all(...parameters) as unknown as Row[];
  }

  command(sql: string): (...parameters: Parameter[]) => number {
    const statement = this.connection.prepare(sql);
    return (...parameters) => Number(statement.run(...parameters).changes);
  }

  /** Takes the write lock first, so that nothing read inside can be out of date when it is written. */
  transaction<T>(work: () => T): T {
    try {
      this.connection.exec("BEGIN IMMEDIATE");
    } catch (thrown) {
      throw asAppError(thrown);
    }
    try {
      const result = work();
      this.connection.exec("COMMIT");
      return result;
    } catch (thrown) {
      if (this.connection.isTransaction) this.connection.exec("ROLLBACK");
      throw asAppError(thrown);
    }
  }

  close(): void {
    if (this.connection.isOpen) this.connection.close();
  }

  /** Changing the journal mode ignores the busy timeout when another process does the same at that moment. */
  private becomeWal(busyMsMax: number): void {
    const until = Date.now() + busyMsMax;
    for (;;) {
      try {
        this.connection.exec("PRAGMA journal_mode = WAL");
        return;
      } catch (thrown) {
        if (Date.now() > until) throw asAppError(thrown);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }
}

export type Parameter = null | number | string | Uint8Array;

function asAppError(thrown: unknown): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return thrown;
  const { errcode } = thrown as Error & { errcode?: number };
  if (errcode === undefined) return thrown;
  const primary = errcode & 0xff;
  const comesBack = primary === BUSY || primary === LOCKED || primary === FULL_DISK;
  return new AppError(comesBack ? "unavailable" : "internal", `log file: ${thrown.message}`, { cause: thrown });
}
