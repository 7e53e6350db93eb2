import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  type AnswerRegister,
  type Balance,
  checkBegin,
  checkBytes,
  checkFinish,
  checkRelease,
  checkReserve,
  checkText,
  decideBegin,
  decideFinish,
  decideRelease,
  decideReserve,
  type JournalEntry,
  type Outbox,
  type Release,
  type ReleaseResult,
  type Reserve,
  type ReserveResult,
  type Uncleared,
} from "@leverframe/budget";
import type { AttemptStore } from "@leverframe/execution";
import { AppError, type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import { type Ledger, type LedgerLimits, type LedgerOptions, limitsOf } from "../ledger";
import { GroupCommit, storeError } from "./group-commit";
import { Retention } from "./retention";
import schema from "./schema.sql";
import { type BalanceRow, balanceFrom, entryFrom, SqliteState } from "./sqlite-state";

export interface SqliteLedgerOptions extends LedgerOptions {
  /** Made when it is missing, its folder too. */
  readonly path: string;
  /** For retention alone; commands carry their own times. */
  readonly clock?: Clock;
  /**
   * `full` (the default) has every commit on the disk before its commands are answered, so that a power cut loses
   * nothing; `normal` survives the death of the process but not of the machine. Many commands share one commit.
   */
  readonly synchronous?: "full" | "normal";
}

const SCHEMA_VERSION = 1;
const OPEN_WAIT_MS = 10_000;
/** How long a write waits for another process on the event loop, before it waits off it. */
const LOCK_WAIT_MS = 5;
const SECONDS_PER_HOUR = 3_600;

/**
 * The ledger in one SQLite file, which several processes of one machine may share: a command reads, decides (with the
 * domain's own decisions) and writes inside one `BEGIN IMMEDIATE` transaction, so commands of all processes are in one
 * order. `bad_config` when the file was made by a later version; `unavailable` when it cannot be opened.
 */
export function openSqliteLedger(options: SqliteLedgerOptions): Ledger {
  try {
    return new SqliteLedger(openFile(options), options);
  } catch (error) {
    throw storeError(error);
  }
}

function openFile({ path, synchronous = "full" }: SqliteLedgerOptions): DatabaseSync {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous.toUpperCase()};`);
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > SCHEMA_VERSION) {
    db.close();
    const message = `ledger file \`${path}\` has schema version ${version}; expected at most ${SCHEMA_VERSION}`;
    throw new AppError("bad_config", message);
  }
  db.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  db.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
  return db;
}

class SqliteLedger implements Ledger {
  readonly attempts: AttemptStore;
  readonly answers: AnswerRegister;
  readonly outbox: Outbox;
  readonly #db: DatabaseSync;
  readonly #state: SqliteState;
  readonly #commits: GroupCommit;
  readonly #retention: Retention;
  readonly #clock: Clock;
  readonly #limits: LedgerLimits;
  readonly #readBalances: StatementSync;
  readonly #readUncleared: StatementSync;

  constructor(db: DatabaseSync, options: SqliteLedgerOptions) {
    this.#db = db;
    this.#clock = options.clock ?? { nowMicros: () => Date.now() * 1_000 };
    this.#limits = limitsOf(options);
    this.#state = new SqliteState(db);
    this.#commits = new GroupCommit(db);
    this.#retention = new Retention(db, this.#limits.keepHours * SECONDS_PER_HOUR * MICROS_PER_SECOND);
    this.#readBalances = db.prepare(
      "SELECT * FROM accounts WHERE substr(scope, 1, length(?1)) = ?1 ORDER BY scope, window",
    );
    this.#readUncleared = db.prepare(
      "SELECT count(*) AS count, min(reserved_at) AS oldest FROM reservations WHERE closed_at IS NULL",
    );
    this.attempts = this.#attempts();
    this.answers = this.#answers();
    this.outbox = this.#outbox();
  }

  async reserve(command: Reserve): Promise<ReserveResult> {
    checkReserve(command);
    return this.#step((nowMicros) => this.#state.write(decideReserve(this.#state, command), nowMicros));
  }

  async release(command: Release): Promise<ReleaseResult> {
    checkRelease(command);
    return this.#step((nowMicros) => this.#state.write(decideRelease(this.#state, command), nowMicros));
  }

  async balances(scopePrefix = ""): Promise<readonly Balance[]> {
    return this.#read(() => (this.#readBalances.all(scopePrefix) as unknown as BalanceRow[]).map(balanceFrom));
  }

  async uncleared(): Promise<Uncleared> {
    const row = this.#read(() => this.#readUncleared.get() as { count: number; oldest: number | null });
    return { count: row.count, oldestReservedAtMicros: row.oldest };
  }

  async close(): Promise<void> {
    await this.#commits.close();
    if (this.#db.isOpen) this.#db.close();
  }

  #attempts(): AttemptStore {
    return {
      begin: async (attempt) => {
        checkBegin(attempt);
        return this.#step((nowMicros) => this.#state.write(decideBegin(this.#state, attempt), nowMicros));
      },
      finish: async (attempt) => {
        checkFinish(attempt, this.#limits.outcomeBytesMax);
        return this.#step((nowMicros) => this.#state.write(decideFinish(this.#state, attempt), nowMicros));
      },
    };
  }

  #answers(): AnswerRegister {
    const insert = this.#db.prepare("INSERT INTO answers (request_id, answer, kept_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    const read = this.#db.prepare("SELECT answer FROM answers WHERE request_id = ?");
    return {
      keep: async (requestId, answer) => {
        checkText("requestId", requestId);
        checkBytes("answer", answer, this.#limits.answerBytesMax);
        return this.#step((nowMicros) => {
          if (insert.run(requestId, answer, nowMicros).changes === 1) return answer;
          return (read.get(requestId) as { answer: Uint8Array }).answer;
        });
      },
    };
  }

  #outbox(): Outbox {
    const read = this.#db.prepare("SELECT sequence, entry FROM outbox ORDER BY sequence LIMIT ?");
    const remove = this.#db.prepare("DELETE FROM outbox WHERE entry_id = ?");
    return {
      read: async (countMax): Promise<readonly JournalEntry[]> =>
        this.#read(() => (read.all(countMax) as unknown as { sequence: number; entry: string }[]).map(entryFrom)),
      acknowledge: (entryIds) => this.#step(() => entryIds.forEach((entryId) => remove.run(entryId))),
    };
  }

  #step<Result>(step: (nowMicros: number) => Result): Promise<Result> {
    return this.#commits.run(() => {
      const nowMicros = this.#clock.nowMicros();
      this.#retention.forget(nowMicros);
      return step(nowMicros);
    });
  }

  #read<Result>(query: () => Result): Result {
    try {
      return query();
    } catch (error) {
      throw storeError(error);
    }
  }
}
