import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type AccountKey, type AttemptState, type Balance, type CapChange, type Change, type Charge, type IdleMark, isClosed, type JournalEntry, keepingOf, type LedgerView,
  type OpenLine, type Override, type ReservationState, type ReservedAccount, type Unit,
} from "@leverframe/budget";

export interface ReservationRow {
  reservation_id: string;
  request_id: string;
  tenant: string;
  amounts_asked: string;
  outcome: string;
  accounts: string;
  open: number;
  in_flight: number;
  released: number;
  reserved_at: number;
  lines: string;
  restored: number;
}

export interface AttemptRow {
  worst_case: number;
  owner: string;
  began_at: number;
  outcome: Uint8Array | null;
  terms: string;
}

export interface BalanceRow {
  scope: string;
  window: string;
  unit: string;
  cap: number | null;
  reserved: number;
  settled: number;
  changes: string;
}

/** What an attempt has besides its own columns. One of version 1 has none, and its charge stands. */
interface AttemptTerms {
  readonly tokens?: number;
  readonly labels?: readonly string[];
  readonly charge?: Charge | null;
}

/** The tables as the domain's decisions see and change them. Used inside a transaction only. */
export class SqliteState implements LedgerView {
  readonly #readReservation: StatementSync;
  readonly #readAttempt: StatementSync;
  readonly #readBalance: StatementSync;
  readonly #readMinute: StatementSync;
  readonly #readOverride: StatementSync;
  readonly #writeReservation: StatementSync;
  readonly #writeAttempt: StatementSync;
  readonly #writeBalance: StatementSync;
  readonly #writeMinute: StatementSync;
  readonly #writeOverride: StatementSync;
  readonly #writeEntry: StatementSync;
  readonly #readMark: StatementSync;
  readonly #writeMark: StatementSync;
  readonly #removeMark: StatementSync;
  readonly #removeBalance: StatementSync;

  constructor(db: DatabaseSync) {
    this.#readReservation = db.prepare("SELECT * FROM reservations WHERE reservation_id = ?");
    this.#readAttempt = db.prepare(
      "SELECT worst_case, owner, began_at, outcome, terms FROM attempts WHERE reservation_id = ? AND attempt_id = ?",
    );
    this.#readBalance = db.prepare("SELECT * FROM balances WHERE scope = ? AND window = ? AND unit = ?");
    this.#readMinute = db.prepare("SELECT * FROM minutes WHERE scope = ? AND window = ? AND unit = ?");
    this.#readOverride = db.prepare("SELECT override FROM overrides WHERE override_id = ?");
    this.#writeReservation = db.prepare(
      `INSERT INTO reservations (reservation_id, request_id, tenant, amounts_asked, outcome, accounts, open, in_flight,
         released, reserved_at, closed_at, lines, restored) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
       ON CONFLICT DO UPDATE SET accounts = ?6, open = ?7, in_flight = ?8, released = ?9, closed_at = ?11, lines = ?12`,
    );
    this.#writeAttempt = db.prepare(
      `INSERT INTO attempts (reservation_id, attempt_id, worst_case, owner, began_at, outcome, terms)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET outcome = ?6, terms = ?7`,
    );
    this.#writeBalance = db.prepare(
      `INSERT INTO balances (scope, window, unit, cap, reserved, settled, changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT DO UPDATE SET cap = ?4, reserved = ?5, settled = ?6, changes = ?7`,
    );
    this.#writeMinute = db.prepare(
      `INSERT INTO minutes (scope, window, unit, cap, reserved, settled, changes, counted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
       ON CONFLICT DO UPDATE SET cap = ?4, reserved = ?5, settled = ?6, changes = ?7, counted_at = ?8`,
    );
    this.#writeOverride = db.prepare("INSERT INTO overrides (override_id, override) VALUES (?, ?) ON CONFLICT DO UPDATE SET override = ?2");
    this.#writeEntry = db.prepare("INSERT INTO outbox (entry_id, entry) VALUES (?, ?)");
    this.#readMark = db.prepare("SELECT settled, since_at FROM idle_marks WHERE scope = ? AND window = ? AND unit = ?");
    this.#writeMark = db.prepare("INSERT INTO idle_marks (scope, window, unit, settled, since_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET settled = ?4, since_at = ?5");
    this.#removeMark = db.prepare("DELETE FROM idle_marks WHERE scope = ? AND window = ? AND unit = ?");
    this.#removeBalance = db.prepare("DELETE FROM balances WHERE scope = ? AND window = ? AND unit = ?");
  }

  reservation(reservationId: string): ReservationState | undefined {
    const row = this.#readReservation.get(reservationId) as ReservationRow | undefined;
    return row && reservationFrom(row);
  }

  attempt(reservationId: string, attemptId: string): AttemptState | undefined {
    const row = this.#readAttempt.get(reservationId, attemptId) as AttemptRow | undefined;
    return row && attemptFrom(reservationId, attemptId, row);
  }

  balance({ scope, window, unit }: AccountKey): Balance | undefined {
    const read = keepingOf(window) === "minute" ? this.#readMinute : this.#readBalance;
    const row = read.get(scope, window, unit) as BalanceRow | undefined;
    return row && balanceFrom(row);
  }

  override(overrideId: string): Override | undefined {
    const row = this.#readOverride.get(overrideId) as { override: string } | undefined;
    return row && (JSON.parse(row.override) as Override);
  }

  idleMark({ scope, window, unit }: AccountKey): IdleMark | undefined {
    const row = this.#readMark.get(scope, window, unit) as { settled: number; since_at: number } | undefined;
    return row && { settled: row.settled, sinceMicros: row.since_at };
  }

  /** Writes what a decision changes; `nowMicros` is the store's own time, from which retention counts. */
  write<Result>(change: Change<Result>, nowMicros: number): Result {
    const { reservation, attempt, balances = [], override, idleMark, closed, entry, result } = change;
    if (reservation) this.putReservation(reservation, nowMicros);
    if (attempt) this.#putAttempt(attempt);
    for (const balance of balances) this.putBalance(balance, nowMicros);
    if (override) this.putOverride(override);
    if (idleMark) this.#putMark(idleMark.account, idleMark.mark);
    if (closed) this.#removeBalance.run(closed.scope, closed.window, closed.unit);
    if (entry) this.#writeEntry.run(entry.entryId, JSON.stringify({ ...entry, costNanoUsd: String(entry.costNanoUsd) }));
    return result;
  }

  putBalance({ scope, window, unit, cap, reserved, settled, changes }: Balance, nowMicros: number): void {
    const written = changes.length === 0 ? "[]" : JSON.stringify(changes);
    if (keepingOf(window) === "minute") this.#writeMinute.run(scope, window, unit, cap, reserved, settled, written, nowMicros);
    else this.#writeBalance.run(scope, window, unit, cap, reserved, settled, written);
  }

  putOverride(override: Override): void {
    this.#writeOverride.run(override.overrideId, JSON.stringify(override));
  }

  putReservation(reservation: ReservationState, nowMicros: number): void {
    const [dollars, ...others] = reservation.lines;
    this.#writeReservation.run(
      reservation.reservationId,
      reservation.requestId,
      reservation.tenant,
      reservation.amountsAsked,
      JSON.stringify(reservation.outcome),
      JSON.stringify(reservation.accounts.map(accountCells)),
      dollars?.open ?? 0,
      dollars?.inFlight ?? 0,
      reservation.released ? 1 : 0,
      reservation.reservedAtMicros,
      isClosed(reservation) ? nowMicros : null,
      JSON.stringify(others.map(({ unit, only, open, inFlight }) => [unit, only, open, inFlight])),
      reservation.restored ? 1 : 0,
    );
  }

  #putMark({ scope, window, unit }: AccountKey, mark: IdleMark | null): void {
    if (mark) this.#writeMark.run(scope, window, unit, mark.settled, mark.sinceMicros);
    else this.#removeMark.run(scope, window, unit);
  }

  #putAttempt(attempt: AttemptState): void {
    const { reservationId, attemptId, worstCaseMicroUsd, owner, beganAtMicros, outcome, worstCaseTokens: tokens, labels, charge } = attempt;
    const terms: AttemptTerms = { tokens, labels, charge };
    this.#writeAttempt.run(reservationId, attemptId, worstCaseMicroUsd, owner, beganAtMicros, outcome, JSON.stringify(terms));
  }
}

type AccountCells = readonly [scope: string, window: string, unit?: Unit, only?: string | null];

function accountCells({ scope, window, unit, only }: ReservedAccount): AccountCells {
  return unit === "usd" && only === null ? [scope, window] : [scope, window, unit, only];
}

export function reservationFrom(row: ReservationRow): ReservationState {
  const outcome = JSON.parse(row.outcome) as ReservationState["outcome"];
  const accounts = JSON.parse(row.accounts) as AccountCells[];
  const others = JSON.parse(row.lines) as [Unit, string | null, number, number][];
  const dollars: OpenLine = { unit: "usd", only: null, open: row.open, inFlight: row.in_flight };
  return {
    reservationId: row.reservation_id,
    requestId: row.request_id,
    tenant: row.tenant,
    amountsAsked: row.amounts_asked,
    outcome,
    accounts: accounts.map(([scope, window, unit = "usd", only = null]) => ({ scope, window, unit, only })),
    lines: outcome.status === "created" ? [dollars, ...others.map(([unit, only, open, inFlight]) => ({ unit, only, open, inFlight }))] : [],
    released: row.released === 1,
    restored: row.restored === 1,
    reservedAtMicros: row.reserved_at,
  };
}

export function attemptFrom(reservationId: string, attemptId: string, row: AttemptRow): AttemptState {
  const { worst_case: worstCaseMicroUsd, owner, began_at: beganAtMicros, outcome } = row;
  const { tokens = 0, labels = [], charge } = JSON.parse(row.terms) as AttemptTerms;
  const charged = charge ?? (outcome === null ? null : { microUsd: worstCaseMicroUsd, tokens, basis: "usage" as const });
  return { attemptId, reservationId, worstCaseMicroUsd, worstCaseTokens: tokens, labels, owner, beganAtMicros, outcome, charge: charged };
}

export function balanceFrom({ scope, window, unit, cap, reserved, settled, changes }: BalanceRow): Balance {
  return { scope, window, unit: unit as Unit, cap, reserved, settled, changes: JSON.parse(changes) as CapChange[] };
}

export function entryFrom({ sequence, entry }: { sequence: number; entry: string }): JournalEntry {
  const parsed = JSON.parse(entry) as Omit<JournalEntry, "sequence" | "costNanoUsd"> & { costNanoUsd: string };
  return { ...parsed, override: parsed.override ?? null, postings: parsed.postings.map(postingFrom), costNanoUsd: BigInt(parsed.costNanoUsd), sequence };
}

/** Entries of version 1 that have not left yet name dollars in every field. */
interface PostingOfVersion1 {
  readonly reservedDeltaMicroUsd: number;
  readonly settledDeltaMicroUsd: number;
  readonly reservedAfterMicroUsd: number;
  readonly settledAfterMicroUsd: number;
}

function postingFrom(posting: JournalEntry["postings"][number] | (AccountKey & PostingOfVersion1)): JournalEntry["postings"][number] {
  if (!("reservedDeltaMicroUsd" in posting)) return posting;
  const { scope, window } = posting;
  return {
    scope, window, unit: "usd", cap: null,
    reservedDelta: posting.reservedDeltaMicroUsd, settledDelta: posting.settledDeltaMicroUsd,
    reservedAfter: posting.reservedAfterMicroUsd, settledAfter: posting.settledAfterMicroUsd,
  };
}
