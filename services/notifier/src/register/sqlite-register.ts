import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { AppError, type Clock } from "@leverframe/kernel";
import type { DeliveryRegister } from "./delivery-register";

const BUSY_MS_MAX = 5_000;
const DAY_MICROS = 86_400_000_000;
const SWEEP_EVERY_WRITES = 1_000;

/** A small file beside the log; several processes may share it. */
export class SqliteRegister implements DeliveryRegister {
  readonly #db: DatabaseSync;
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #sweep: StatementSync;
  #writes = 0;

  constructor(file: string, private readonly keepDays: number, private readonly clock: Clock) {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    this.#db = new DatabaseSync(file, { timeout: BUSY_MS_MAX });
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS delivered (alert_id TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (alert_id, channel)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS delivered_at ON delivered (at)`);
    this.#read = this.#db.prepare("SELECT channel FROM delivered WHERE alert_id = ?");
    this.#write = this.#db.prepare("INSERT INTO delivered (alert_id, channel, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    this.#sweep = this.#db.prepare("DELETE FROM delivered WHERE at < ?");
    this.#forget();
  }

  async deliveredTo(alertId: string): Promise<ReadonlySet<string>> {
    return new Set(asked(() => this.#read.all(alertId)).map((row) => String(row["channel"])));
  }

  async delivered(alertId: string, channel: string): Promise<void> {
    asked(() => this.#write.run(alertId, channel, this.clock.nowMicros()));
    if (++this.#writes % SWEEP_EVERY_WRITES === 0) this.#forget();
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  #forget(): void {
    asked(() => this.#sweep.run(this.clock.nowMicros() - this.keepDays * DAY_MICROS));
  }
}

/** A file that is locked or a disk that is full comes back. */
function asked<T>(statement: () => T): T {
  try {
    return statement();
  } catch (cause) {
    throw new AppError("unavailable", `the register of deliveries: ${(cause as Error).message}`, { cause });
  }
}
