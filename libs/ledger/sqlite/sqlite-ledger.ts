import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type AccountKey, type AccountsPage, type AnswerRegister, type Archive, type ArchiveResult, type Balance, checkArchive, checkBegin, checkBytes, checkFinish, checkLateSettle, checkOverride, checkRelease, checkReserve,
  checkSnapshot, checkText, decideArchive, decideBegin, decideFinish, decideLateSettle, decideOverride, decideRelease, decideReserve, emptyBalance, type JournalEntry,
  type LateSettle, type LateSettleResult, type LedgerCounts, type LedgerSnapshot, type Outbox, type Override, type OverrideResult, type PlaceOverride, type Release,
  type ReleaseResult, type Reserve, type ReserveResult, type RestoreResult, type Uncleared, type UnclearedReservation,
} from "@leverframe/budget";
import type { DeferredStore } from "@leverframe/deferral";
import type { AttemptStore } from "@leverframe/execution";
import { type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import { type Ledger, type LedgerLimits, type LedgerOptions, limitsOf } from "../ledger";
import { GroupCommit, storeError } from "./group-commit";
import { Retention } from "./retention";
import { openFile } from "./sqlite-file";
import { sqliteDeferred } from "./sqlite-deferred";
import { positionIn, restoreInto } from "./sqlite-restore";
import { type BalanceRow, balanceFrom, entryFrom, SqliteState } from "./sqlite-state";
import { countRows, readAccounts } from "./account-rows";
import { readUncleared } from "./uncleared-rows";

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

const SECONDS_PER_HOUR = 3_600;

/**
 * The ledger in one SQLite file, which several processes of one machine may share: a command reads, decides (with the
 * domain's own decisions) and writes inside one `BEGIN IMMEDIATE` transaction, so commands of all processes are in one
 * order. `bad_config` when the file was made by a later version; `unavailable` when it cannot be opened.
 */
export function openSqliteLedger(options: SqliteLedgerOptions): Ledger {
  try {
    return new SqliteLedger(openFile(options.path, options.synchronous ?? "full"), options);
  } catch (error) {
    throw storeError(error);
  }
}

class SqliteLedger implements Ledger {
  readonly attempts: AttemptStore;
  readonly answers: AnswerRegister;
  readonly deferred: DeferredStore;
  readonly outbox: Outbox;
  readonly #db: DatabaseSync;
  readonly #state: SqliteState;
  readonly #commits: GroupCommit;
  readonly #retention: Retention;
  readonly #clock: Clock;
  readonly #limits: LedgerLimits;
  readonly #readBalances: StatementSync;
  readonly #readOverrides: StatementSync;
  readonly #readUncleared: StatementSync;

  constructor(db: DatabaseSync, options: SqliteLedgerOptions) {
    this.#db = db;
    this.#clock = options.clock ?? { nowMicros: () => Date.now() * 1_000 };
    this.#limits = limitsOf(options);
    this.#state = new SqliteState(db);
    this.#commits = new GroupCommit(db);
    this.#retention = new Retention(db, this.#limits.keepHours * SECONDS_PER_HOUR * MICROS_PER_SECOND);
    this.#readBalances = db.prepare(
      "SELECT * FROM balances WHERE substr(scope, 1, length(?1)) = ?1 ORDER BY scope, window, unit",
    );
    this.#readOverrides = db.prepare("SELECT override FROM overrides ORDER BY override_id");
    this.#readUncleared = db.prepare(
      "SELECT count(*) AS count, min(reserved_at) AS oldest FROM reservations WHERE closed_at IS NULL",
    );
    this.attempts = this.#attempts();
    this.answers = this.#answers();
    this.outbox = this.#outbox();
    this.deferred = sqliteDeferred(db, {
      step: (step) => this.#step(step),
      read: (query) => this.#read(query),
      keepMicros: this.#limits.keepHours * SECONDS_PER_HOUR * MICROS_PER_SECOND,
      parkedMax: this.#limits.parkedMax,
    });
  }

  async reserve(command: Reserve): Promise<ReserveResult> {
    checkReserve(command);
    return this.#step((nowMicros) => this.#state.write(decideReserve(this.#state, command), nowMicros));
  }

  async release(command: Release): Promise<ReleaseResult> {
    checkRelease(command);
    return this.#step((nowMicros) => this.#state.write(decideRelease(this.#state, command), nowMicros));
  }

  async settleLate(command: LateSettle): Promise<LateSettleResult> {
    checkLateSettle(command);
    return this.#step((nowMicros) => this.#state.write(decideLateSettle(this.#state, command), nowMicros));
  }

  async override(command: PlaceOverride): Promise<OverrideResult> {
    checkOverride(command);
    return this.#step((nowMicros) => this.#state.write(decideOverride(this.#state, command), nowMicros));
  }

  async archive(command: Archive): Promise<ArchiveResult> {
    checkArchive(command);
    return this.#step((nowMicros) => this.#state.write(decideArchive(this.#state, command), nowMicros));
  }

  async accountsFrom(cursor: string | null, countMax: number): Promise<AccountsPage> {
    return this.#read(() => readAccounts(this.#db, cursor, countMax));
  }

  async counts(): Promise<LedgerCounts> {
    return this.#read(() => countRows(this.#db));
  }

  async overrides(): Promise<readonly Override[]> {
    return this.#read(() => (this.#readOverrides.all() as { override: string }[]).map(({ override }) => JSON.parse(override) as Override));
  }

  async position(): Promise<number> {
    return this.#read(() => positionIn(this.#db));
  }

  async restore(snapshot: LedgerSnapshot): Promise<RestoreResult> {
    checkSnapshot(snapshot);
    return this.#step((nowMicros) => restoreInto(this.#db, this.#state, snapshot, nowMicros));
  }

  async balances(scopePrefix = ""): Promise<readonly Balance[]> {
    return this.#read(() => (this.#readBalances.all(scopePrefix) as unknown as BalanceRow[]).map(balanceFrom));
  }

  async balancesOf(accounts: readonly AccountKey[]): Promise<readonly Balance[]> {
    return this.#read(() => accounts.map((account) => this.#state.balance(account) ?? emptyBalance(account)));
  }

  async unclearedReservations(reservedBeforeMicros: number, countMax: number): Promise<readonly UnclearedReservation[]> {
    return this.#read(() => readUncleared(this.#db, reservedBeforeMicros, countMax));
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
