import { accountId, emptyBalance, keepingOf } from "./account-key";
import type { Begin, BeginDecision, Finish, FinishDecision } from "./attempt-commands";
import type { Archive, ArchiveResult } from "./archive-terms";
import { decideArchive } from "./decide-archive";
import { decideBegin, decideFinish, decideRelease } from "./decide-attempt";
import { decideLateSettle } from "./decide-late-settle";
import { decideOverride } from "./decide-override";
import { decideReserve } from "./decide-reserve";
import { type AttemptState, type Change, type IdleMark, isClosed, type LedgerView, type ReservationState } from "./ledger-state";
import type {
  AccountKey, Balance, JournalEntry, LateSettle, LateSettleResult, LedgerSnapshot, Override, OverrideResult, PlaceOverride, Release,
  ReleaseResult, Reserve, ReserveResult, RestoreResult, Uncleared, UnclearedReservation,
} from "./ledger-store";
import { closedState, restoredState } from "./restored-state";
import { unclearedOf } from "./uncleared-reservation";

/** The whole ledger in memory: the reference that every store is replayed against, command by command. */
export class LedgerModel implements LedgerView {
  readonly #reservations = new Map<string, ReservationState>();
  readonly #attempts = new Map<string, AttemptState>();
  readonly #balances = new Map<string, Balance>();
  readonly #overrides = new Map<string, Override>();
  readonly #idleMarks = new Map<string, IdleMark>();
  readonly #entries: JournalEntry[] = [];
  #sequence = 0;
  #epoch = "";

  reserve(command: Reserve): ReserveResult {
    return this.#evolve(decideReserve(this, command));
  }

  begin(command: Begin): BeginDecision {
    return this.#evolve(decideBegin(this, command));
  }

  finish(command: Finish): FinishDecision {
    return this.#evolve(decideFinish(this, command));
  }

  settleLate(command: LateSettle): LateSettleResult {
    return this.#evolve(decideLateSettle(this, command));
  }

  release(command: Release): ReleaseResult {
    return this.#evolve(decideRelease(this, command));
  }

  placeOverride(command: PlaceOverride): OverrideResult {
    return this.#evolve(decideOverride(this, command));
  }

  archive(command: Archive): ArchiveResult {
    return this.#evolve(decideArchive(this, command));
  }

  restore({ epoch, sequence, balances, reservations, overrides }: LedgerSnapshot): RestoreResult {
    if (epoch === this.#epoch) return { status: "same_epoch" };
    if (sequence < this.#sequence) return { status: "behind", sequence: this.#sequence };
    const states = reservations.map(restoredState);
    for (const state of this.reservations.filter((one) => !isClosed(one))) {
      this.#reservations.set(state.reservationId, closedState(state));
      this.#forgetAttempts(state.reservationId);
    }
    this.#overrides.clear();
    this.#idleMarks.clear();
    for (const [id, { window }] of this.#balances) if (keepingOf(window) === "journal") this.#balances.delete(id);
    for (const state of states) {
      // One that is closed here too knows more: the outcomes of its calls.
      if (isClosed(state) && this.#reservations.has(state.reservationId)) continue;
      this.#reservations.set(state.reservationId, state);
      this.#forgetAttempts(state.reservationId);
    }
    balances.forEach((balance) => this.#balances.set(accountId(balance), balance));
    overrides.forEach((override) => this.#overrides.set(override.overrideId, override));
    this.#sequence = sequence;
    this.#epoch = epoch;
    return { status: "restored" };
  }

  reservation(reservationId: string): ReservationState | undefined {
    return this.#reservations.get(reservationId);
  }

  attempt(reservationId: string, attemptId: string): AttemptState | undefined {
    return this.#attempts.get(`${reservationId}\n${attemptId}`);
  }

  balance(account: AccountKey): Balance | undefined {
    return this.#balances.get(accountId(account));
  }

  override(overrideId: string): Override | undefined {
    return this.#overrides.get(overrideId);
  }

  idleMark(account: AccountKey): IdleMark | undefined {
    return this.#idleMarks.get(accountId(account));
  }

  get position(): number {
    return this.#sequence;
  }

  /** Of this life: a restore takes nothing away from what was written before it. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Of lasting accounts. */
  get balances(): readonly Balance[] {
    return [...this.#balances.values()].filter(({ window }) => keepingOf(window) === "journal");
  }

  balancesOf(accounts: readonly AccountKey[]): readonly Balance[] {
    return accounts.map((account) => this.balance(account) ?? emptyBalance(account));
  }

  get overrides(): readonly Override[] {
    return [...this.#overrides.values()].sort((a, b) => (a.overrideId < b.overrideId ? -1 : 1));
  }

  get reservations(): readonly ReservationState[] {
    return [...this.#reservations.values()];
  }

  uncleared(): Uncleared {
    const times = this.reservations.filter((one) => !isClosed(one)).map(({ reservedAtMicros }) => reservedAtMicros);
    return { count: times.length, oldestReservedAtMicros: times.length > 0 ? Math.min(...times) : null };
  }

  unclearedReservations(reservedBeforeMicros: number, countMax: number): readonly UnclearedReservation[] {
    return this.reservations
      .filter((one) => !isClosed(one) && one.reservedAtMicros < reservedBeforeMicros)
      .sort((a, b) => a.reservedAtMicros - b.reservedAtMicros || (a.reservationId < b.reservationId ? -1 : 1))
      .slice(0, countMax)
      .map((one) => unclearedOf(one, [...this.#attempts.values()].filter(({ reservationId }) => reservationId === one.reservationId)));
  }

  #forgetAttempts(of: string): void {
    for (const [id, { reservationId }] of this.#attempts) if (reservationId === of) this.#attempts.delete(id);
  }

  #evolve<Result>(change: Change<Result>): Result {
    if (change.reservation) this.#reservations.set(change.reservation.reservationId, change.reservation);
    const { attempt, override } = change;
    if (attempt) this.#attempts.set(`${attempt.reservationId}\n${attempt.attemptId}`, attempt);
    if (override) this.#overrides.set(override.overrideId, override);
    for (const balance of change.balances ?? []) this.#balances.set(accountId(balance), balance);
    if (change.idleMark) {
      const { account, mark } = change.idleMark;
      if (mark) this.#idleMarks.set(accountId(account), mark);
      else this.#idleMarks.delete(accountId(account));
    }
    if (change.closed) this.#balances.delete(accountId(change.closed));
    if (change.entry) this.#entries.push({ ...change.entry, sequence: ++this.#sequence });
    return change.result;
  }
}
