import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { draw, type HealthExchange, type HealthNews, type HealthStore, type RateBucket, type RateDemand, type RateGrant, REPORT_KEEP_MS } from "@leverframe/health";
import { AppError } from "@leverframe/kernel";
import { memberOf, readReports, reportText } from "./report-text";
import schema from "./schema.sql";

export interface SqliteHealthStoreOptions {
  /** Made when it is missing, its folder too. */
  readonly path: string;
}

/** An exchange is over in microseconds; who waits longer goes without, and asks again half a second later. */
const BUSY_MS = 20;

/** The shared health in one SQLite file, for the processes of one machine. Nothing in it needs to survive a power cut. */
export function openSqliteHealthStore({ path: file }: SqliteHealthStoreOptions): HealthStore {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    const db = new DatabaseSync(file, { timeout: 10_000 });
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
    db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    return new SqliteHealthStore(db);
  } catch (cause) {
    throw new AppError("unavailable", `health file \`${file}\` cannot be opened`, { cause });
  }
}

class SqliteHealthStore implements HealthStore {
  readonly #newest: StatementSync;
  readonly #upsert: StatementSync;
  readonly #since: StatementSync;
  readonly #expire: StatementSync;
  readonly #bucket: StatementSync;
  readonly #putBucket: StatementSync;

  constructor(private readonly db: DatabaseSync) {
    this.#newest = db.prepare("SELECT coalesce(max(revision), 0) AS revision FROM report");
    this.#upsert = db.prepare("INSERT OR REPLACE INTO report (member, revision, body) VALUES (?, ?, ?)");
    this.#since = db.prepare("SELECT body FROM report WHERE revision > ?");
    this.#expire = db.prepare("DELETE FROM report WHERE revision < ?");
    this.#bucket = db.prepare("SELECT left, at_micros AS atMicros FROM bucket WHERE key = ?");
    this.#putBucket = db.prepare("INSERT OR REPLACE INTO bucket (key, left, at_micros) VALUES (?, ?, ?)");
  }

  async exchange(exchange: HealthExchange): Promise<HealthNews> {
    const writes = exchange.reports.length > 0 || exchange.demands.length > 0;
    try {
      // Most exchanges only listen, and then take no lock that anybody waits for.
      this.db.exec(writes ? "BEGIN IMMEDIATE" : "BEGIN");
    } catch (cause) {
      throw new AppError("unavailable", "the health store is busy or closed", { cause });
    }
    try {
      const news = this.#exchange(exchange);
      this.db.exec("COMMIT");
      return news;
    } catch (cause) {
      if (this.db.isTransaction) this.db.exec("ROLLBACK");
      throw new AppError("unavailable", "the health store failed", { cause });
    }
  }

  async close(): Promise<void> {
    if (this.db.isOpen) this.db.close();
  }

  #exchange({ nowMicros, reports, demands, sinceRevision }: HealthExchange): HealthNews {
    let { revision } = this.#newest.get() as { revision: number };
    for (const report of reports) {
      revision = Math.max(revision + 1, nowMicros);
      this.#upsert.run(memberOf(report), revision, reportText(report));
    }
    if (reports.length > 0) this.#expire.run(nowMicros - REPORT_KEEP_MS * 1_000);
    const rows = revision > sinceRevision ? (this.#since.all(sinceRevision) as { body: string }[]) : [];
    return { revision, reports: readReports(rows.map(({ body }) => body)), grants: demands.map((demand) => this.#draw(demand, nowMicros)) };
  }

  #draw(demand: RateDemand, nowMicros: number): RateGrant {
    const known = (this.#bucket.get(demand.key) ?? null) as RateBucket | null;
    const { bucket, grant } = draw(known, demand, nowMicros);
    this.#putBucket.run(demand.key, bucket.left, bucket.atMicros);
    return grant;
  }
}
