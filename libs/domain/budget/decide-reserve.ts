import type { Change, EntryDraft, LedgerView, RateCount, ReservationState, ReserveOutcome } from "./ledger-state";
import type { AccountRef, Balance, JournalPosting, Reserve, ReserveResult } from "./ledger-store";

/**
 * Holds the first of the amounts that fits every hard cap, on every account, and counts the request in its rates, or
 * refuses and neither holds nor counts. The outcome is kept by id:
 * the same command again changes nothing and is told the same, whatever the balances, caps or the time are by then.
 */
export function decideReserve(view: LedgerView, command: Reserve): Change<ReserveResult> {
  const kept = view.reservation(command.reservationId);
  if (kept) return { result: repeat(kept, command) };
  if (command.nowMicros > command.deadlineAtMicros) return refuse(command, { status: "deadline_exceeded" });

  const { rates = [] } = command;
  const counts = rates.map(({ scope, window }) => ({ scope, window, requests: view.requests(scope, window) + 1 }));
  const over = rates.find(({ requestsMax }, index) => (counts[index]?.requests ?? 0) > requestsMax);
  if (over) return refuse(command, { status: "exceeds_rate", scope: over.scope, window: over.window, requestsMax: over.requestsMax });

  const balances = command.accounts.map((account) => current(view, account));
  const option = command.amountsMicroUsd.findIndex((amount) => !shortAccount(balances, command.accounts, amount));
  if (option < 0) return refuse(command, shortage(balances, command));
  return create(command, option, balances, counts);
}

/** `12,7`: equal for equal lists of amounts. */
export function amountsKey(amountsMicroUsd: readonly number[]): string {
  return amountsMicroUsd.join(",");
}

function repeat(kept: ReservationState, command: Reserve): ReserveResult {
  if (kept.amountsAsked === amountsKey(command.amountsMicroUsd)) return { ...kept.outcome, repeated: true };
  const amountMicroUsd = kept.outcome.status === "created" ? kept.outcome.amountMicroUsd : null;
  return { status: "exists_with_different_amount", amountMicroUsd };
}

/** The account as it stands, under the cap that is in force now. */
function current(view: LedgerView, account: AccountRef): Balance {
  const stored = view.balance(account.scope, account.window);
  return {
    scope: account.scope,
    window: account.window,
    capMicroUsd: account.capMicroUsd,
    reservedMicroUsd: stored?.reservedMicroUsd ?? 0,
    settledMicroUsd: stored?.settledMicroUsd ?? 0,
  };
}

/** The first account whose hard cap `amount` would break (I3). */
function shortAccount(balances: readonly Balance[], accounts: readonly AccountRef[], amount: number): Balance | undefined {
  return balances.find(
    ({ capMicroUsd, reservedMicroUsd, settledMicroUsd }, index) =>
      capMicroUsd !== null && accounts[index]?.hard && settledMicroUsd + reservedMicroUsd + amount > capMicroUsd,
  );
}

/** Which account even the cheapest option does not fit, and what is left there. */
function shortage(balances: readonly Balance[], command: Reserve): ReserveOutcome {
  const short = shortAccount(balances, command.accounts, command.amountsMicroUsd.at(-1) ?? 0);
  const left = (short?.capMicroUsd ?? 0) - (short?.settledMicroUsd ?? 0) - (short?.reservedMicroUsd ?? 0);
  return { status: "exceeds_cap", scope: short?.scope ?? "", availableMicroUsd: Math.max(0, left) };
}

function create(command: Reserve, option: number, before: readonly Balance[], rates: readonly RateCount[]): Change<ReserveResult> {
  const amountMicroUsd = command.amountsMicroUsd[option] ?? 0;
  const outcome = { status: "created", option, amountMicroUsd } as const;
  const balances = before.map((balance) => ({
    ...balance,
    reservedMicroUsd: balance.reservedMicroUsd + amountMicroUsd,
  }));
  const postings = balances.map((balance) => posting(balance, amountMicroUsd, 0));
  return {
    result: { ...outcome, repeated: false },
    reservation: newReservation(command, outcome, amountMicroUsd),
    balances,
    rates,
    entry: entryOf(command, "reserved", amountMicroUsd, "created", postings),
  };
}

function refuse(command: Reserve, outcome: ReserveOutcome): Change<ReserveResult> {
  return {
    result: { ...outcome, repeated: false },
    reservation: newReservation(command, outcome, 0),
    entry: entryOf(command, "refused", command.amountsMicroUsd.at(-1) ?? 0, outcome.status, []),
  };
}

function newReservation(command: Reserve, outcome: ReserveOutcome, openMicroUsd: number): ReservationState {
  return {
    reservationId: command.reservationId,
    requestId: command.requestId,
    tenant: command.tenant,
    amountsAsked: amountsKey(command.amountsMicroUsd),
    outcome,
    accounts: outcome.status === "created" ? command.accounts.map(({ scope, window }) => ({ scope, window })) : [],
    openMicroUsd,
    inFlightMicroUsd: 0,
    released: false,
    reservedAtMicros: command.nowMicros,
  };
}

function entryOf(
  command: Reserve,
  kind: "reserved" | "refused",
  amountMicroUsd: number,
  status: string,
  postings: readonly JournalPosting[],
): EntryDraft {
  const { reservationId, requestId, tenant } = command;
  const entryId = `${reservationId}.${kind}`;
  const atMicros = command.nowMicros;
  return {
    entryId,
    kind,
    reservationId,
    attemptId: null,
    requestId,
    tenant,
    amountMicroUsd,
    costNanoUsd: 0n,
    status,
    postings,
    atMicros,
  };
}

/** What changed on one account, and what it came to. */
export function posting(after: Balance, reservedDeltaMicroUsd: number, settledDeltaMicroUsd: number): JournalPosting {
  return {
    scope: after.scope,
    window: after.window,
    reservedDeltaMicroUsd,
    settledDeltaMicroUsd,
    reservedAfterMicroUsd: after.reservedMicroUsd,
    settledAfterMicroUsd: after.settledMicroUsd,
  };
}
