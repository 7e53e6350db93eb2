import type { Begin, BeginDecision, Finish, FinishDecision } from "./attempt-commands";
import { decideBegin, decideFinish, decideRelease } from "./decide-attempt";
import { decideReserve } from "./decide-reserve";
import { type AttemptState, type Change, isClosed, type LedgerView, type ReservationState } from "./ledger-state";
import type { Balance, JournalEntry, Release, ReleaseResult, Reserve, ReserveResult, Uncleared } from "./ledger-store";

/** The whole ledger in memory: the reference that every store is replayed against, command by command. */
export class LedgerModel implements LedgerView {
  readonly #reservations = new Map<string, ReservationState>();
  readonly #attempts = new Map<string, AttemptState>();
  readonly #balances = new Map<string, Balance>();
  readonly #requests = new Map<string, number>();
  readonly #entries: JournalEntry[] = [];

  reserve(command: Reserve): ReserveResult {
    return this.#evolve(decideReserve(this, command));
  }

  begin(command: Begin): BeginDecision {
    return this.#evolve(decideBegin(this, command));
  }

  finish(command: Finish): FinishDecision {
    return this.#evolve(decideFinish(this, command));
  }

  release(command: Release): ReleaseResult {
    return this.#evolve(decideRelease(this, command));
  }

  reservation(reservationId: string): ReservationState | undefined {
    return this.#reservations.get(reservationId);
  }

  attempt(reservationId: string, attemptId: string): AttemptState | undefined {
    return this.#attempts.get(`${reservationId}\n${attemptId}`);
  }

  balance(scope: string, window: string): Balance | undefined {
    return this.#balances.get(`${scope}\n${window}`);
  }

  requests(scope: string, window: string): number {
    return this.#requests.get(`${scope}\n${window}`) ?? 0;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  get balances(): readonly Balance[] {
    return [...this.#balances.values()];
  }

  get reservations(): readonly ReservationState[] {
    return [...this.#reservations.values()];
  }

  uncleared(): Uncleared {
    const times = this.reservations.filter((one) => !isClosed(one)).map(({ reservedAtMicros }) => reservedAtMicros);
    return { count: times.length, oldestReservedAtMicros: times.length > 0 ? Math.min(...times) : null };
  }

  #evolve<Result>(change: Change<Result>): Result {
    if (change.reservation) this.#reservations.set(change.reservation.reservationId, change.reservation);
    const { attempt } = change;
    if (attempt) this.#attempts.set(`${attempt.reservationId}\n${attempt.attemptId}`, attempt);
    for (const balance of change.balances ?? []) this.#balances.set(`${balance.scope}\n${balance.window}`, balance);
    for (const { scope, window, requests } of change.rates ?? []) this.#requests.set(`${scope}\n${window}`, requests);
    if (change.entry) this.#entries.push({ ...change.entry, sequence: this.#entries.length + 1 });
    return change.result;
  }
}
