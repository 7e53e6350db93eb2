import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type AttemptState,
  type Balance,
  type Change,
  isClosed,
  type JournalEntry,
  type LedgerView,
  type ReservationState,
} from "@leverframe/budget";

interface ReservationRow {
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
}

interface AttemptRow {
  worst_case: number;
  owner: string;
  began_at: number;
  outcome: Uint8Array | null;
}

export interface BalanceRow {
  scope: string;
  window: string;
  cap: number | null;
  reserved: number;
  settled: number;
}

/** The tables as the domain's decisions see and change them. Used inside a transaction only. */
export class SqliteState implements LedgerView {
  readonly #readReservation: StatementSync;
  readonly #readAttempt: StatementSync;
  readonly #readBalance: StatementSync;
  readonly #readRequests: StatementSync;
  readonly #writeReservation: StatementSync;
  readonly #writeAttempt: StatementSync;
  readonly #writeBalance: StatementSync;
  readonly #writeRequests: StatementSync;
  readonly #writeEntry: StatementSync;

  constructor(db: DatabaseSync) {
    this.#readReservation = db.prepare("SELECT * FROM reservations WHERE reservation_id = ?");
    this.#readAttempt = db.prepare(
      "SELECT worst_case, owner, began_at, outcome FROM attempts WHERE reservation_id = ? AND attempt_id = ?",
    );
    this.#readBalance = db.prepare("SELECT * FROM accounts WHERE scope = ? AND window = ?");
    this.#readRequests = db.prepare("SELECT requests FROM rates WHERE scope = ? AND window = ?");
    this.#writeReservation = db.prepare(
      `INSERT INTO reservations (reservation_id, request_id, tenant, amounts_asked, outcome, accounts, open, in_flight,
         released, reserved_at, closed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
       ON CONFLICT DO UPDATE SET open = ?7, in_flight = ?8, released = ?9, closed_at = ?11`,
    );
    this.#writeAttempt = db.prepare(
      `INSERT INTO attempts (reservation_id, attempt_id, worst_case, owner, began_at, outcome)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET outcome = ?6`,
    );
    this.#writeBalance = db.prepare(
      `INSERT INTO accounts (scope, window, cap, reserved, settled) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET cap = ?3, reserved = ?4, settled = ?5`,
    );
    this.#writeRequests = db.prepare(
      `INSERT INTO rates (scope, window, requests, counted_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET requests = ?3, counted_at = ?4`,
    );
    this.#writeEntry = db.prepare("INSERT INTO outbox (entry_id, entry) VALUES (?, ?)");
  }

  reservation(reservationId: string): ReservationState | undefined {
    const row = this.#readReservation.get(reservationId) as ReservationRow | undefined;
    return row && reservationFrom(row);
  }

  attempt(reservationId: string, attemptId: string): AttemptState | undefined {
    const row = this.#readAttempt.get(reservationId, attemptId) as AttemptRow | undefined;
    if (!row) return undefined;
    const { worst_case: worstCaseMicroUsd, owner, began_at: beganAtMicros, outcome } = row;
    return { attemptId, reservationId, worstCaseMicroUsd, owner, beganAtMicros, outcome };
  }

  balance(scope: string, window: string): Balance | undefined {
    const row = this.#readBalance.get(scope, window) as BalanceRow | undefined;
    return row && balanceFrom(row);
  }

  requests(scope: string, window: string): number {
    const row = this.#readRequests.get(scope, window) as { requests: number } | undefined;
    return row?.requests ?? 0;
  }

  /** Writes what a decision changes; `nowMicros` is the store's own time, from which retention counts. */
  write<Result>(change: Change<Result>, nowMicros: number): Result {
    const { reservation, attempt, balances = [], rates = [], entry, result } = change;
    if (reservation) this.#putReservation(reservation, nowMicros);
    if (attempt) {
      const { reservationId, attemptId, worstCaseMicroUsd, owner, beganAtMicros, outcome } = attempt;
      this.#writeAttempt.run(reservationId, attemptId, worstCaseMicroUsd, owner, beganAtMicros, outcome);
    }
    for (const { scope, window, capMicroUsd, reservedMicroUsd, settledMicroUsd } of balances) {
      this.#writeBalance.run(scope, window, capMicroUsd, reservedMicroUsd, settledMicroUsd);
    }
    for (const { scope, window, requests } of rates) this.#writeRequests.run(scope, window, requests, nowMicros);
    if (entry) this.#writeEntry.run(entry.entryId, JSON.stringify({ ...entry, costNanoUsd: String(entry.costNanoUsd) }));
    return result;
  }

  #putReservation(reservation: ReservationState, nowMicros: number): void {
    this.#writeReservation.run(
      reservation.reservationId,
      reservation.requestId,
      reservation.tenant,
      reservation.amountsAsked,
      JSON.stringify(reservation.outcome),
      JSON.stringify(reservation.accounts.map(({ scope, window }) => [scope, window])),
      reservation.openMicroUsd,
      reservation.inFlightMicroUsd,
      reservation.released ? 1 : 0,
      reservation.reservedAtMicros,
      isClosed(reservation) ? nowMicros : null,
    );
  }
}

function reservationFrom(row: ReservationRow): ReservationState {
  const accounts = JSON.parse(row.accounts) as [string, string][];
  return {
    reservationId: row.reservation_id,
    requestId: row.request_id,
    tenant: row.tenant,
    amountsAsked: row.amounts_asked,
    outcome: JSON.parse(row.outcome) as ReservationState["outcome"],
    accounts: accounts.map(([scope, window]) => ({ scope, window })),
    openMicroUsd: row.open,
    inFlightMicroUsd: row.in_flight,
    released: row.released === 1,
    reservedAtMicros: row.reserved_at,
  };
}

export function balanceFrom({ scope, window, cap, reserved, settled }: BalanceRow): Balance {
  return { scope, window, capMicroUsd: cap, reservedMicroUsd: reserved, settledMicroUsd: settled };
}

export function entryFrom({ sequence, entry }: { sequence: number; entry: string }): JournalEntry {
  const parsed = JSON.parse(entry) as Omit<JournalEntry, "sequence" | "costNanoUsd"> & { costNanoUsd: string };
  return { ...parsed, costNanoUsd: BigInt(parsed.costNanoUsd), sequence };
}
