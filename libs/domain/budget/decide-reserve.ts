import { capInForce, emptyBalance, keepingOf } from "./account-key";
import type { Change, EntryDraft, LedgerView, OpenLine, ReservationState, ReserveOutcome } from "./ledger-state";
import type { AccountRef, Balance, JournalPosting, Reserve, ReserveResult } from "./ledger-store";
import { postingOf } from "./move-amounts";

/** An account of the command as it stands, under the cap that is in force now. */
interface Asked {
  readonly account: AccountRef;
  /** For each option. */
  readonly amounts: readonly number[];
  readonly balance: Balance;
  /** Infinite where nothing is refused. */
  readonly room: number;
}

/**
 * Holds the first option that fits every hard cap, on every account, or refuses and holds nothing. Minutes and caps on
 * one reservation are accounts like all others, only kept elsewhere or not at all. The outcome is kept by id: the same
 * command again changes nothing and is told the same, whatever the balances, caps or the time are by then.
 */
export function decideReserve(view: LedgerView, command: Reserve): Change<ReserveResult> {
  const kept = view.reservation(command.reservationId);
  if (kept) return { result: repeat(kept, command) };
  if (command.nowMicros > command.deadlineAtMicros) return refuse(command, { status: "deadline_exceeded" });

  const asked = command.accounts.map((account) => ask(view, account, command));
  const option = command.amountsMicroUsd.findIndex((_, index) => !shortAccount(asked, index));
  if (option < 0) return refuse(command, shortage(asked, command));
  return create(command, option, asked);
}

/** `12,7`: equal for equal lists of amounts. */
export function amountsKey(amountsMicroUsd: readonly number[]): string {
  return amountsMicroUsd.join(",");
}

/** What each option takes from the accounts of this unit and label; null: the command does not say. */
export function amountsOf({ amountsMicroUsd, lines = [] }: Reserve, { unit, only }: Pick<AccountRef, "unit" | "only">): readonly number[] | null {
  if (unit === "usd" && only === null) return amountsMicroUsd;
  return lines.find((line) => line.unit === unit && line.only === only)?.amounts ?? null;
}

function repeat(kept: ReservationState, command: Reserve): ReserveResult {
  if (kept.amountsAsked === amountsKey(command.amountsMicroUsd)) return { ...kept.outcome, repeated: true };
  return heldOtherwise(kept.outcome);
}

/** What is told who asks for other amounts under an id that is taken. */
export function heldOtherwise(outcome: ReserveOutcome): ReserveResult {
  if (outcome.status !== "created") return { status: "exists_with_different_amount", amountMicroUsd: null };
  const { amountMicroUsd, chain } = outcome;
  return { status: "exists_with_different_amount", amountMicroUsd, ...(chain === undefined ? {} : { chain }) };
}

function ask(view: LedgerView, account: AccountRef, command: Reserve): Asked {
  const stored = keepingOf(account.window) === "request" ? undefined : view.balance(account);
  const balance = { ...(stored ?? emptyBalance(account)), cap: account.cap };
  const cap = account.hard ? capInForce(account.cap, balance.changes, command.nowMicros) : null;
  const room = cap === null ? Infinity : cap - balance.settled - balance.reserved;
  return { account, amounts: amountsOf(command, account) ?? [], balance, room };
}

/** The first account whose hard cap the option would break (I3). */
function shortAccount(asked: readonly Asked[], option: number): Asked | undefined {
  return asked.find(({ amounts, room }) => (amounts[option] ?? 0) > room);
}

/** Which account even the last option does not fit, and what is left there. */
function shortage(asked: readonly Asked[], { amountsMicroUsd, nowMicros }: Reserve): ReserveOutcome {
  const short = shortAccount(asked, amountsMicroUsd.length - 1);
  if (!short) throw new Error("no option fits, and the last one does");
  const { scope, window, unit, cap } = short.account;
  if (keepingOf(window) !== "minute") return { status: "exceeds_cap", scope, window, unit, available: Math.max(0, short.room) };
  return { status: "exceeds_rate", scope, window, unit, cap: capInForce(cap, short.balance.changes, nowMicros) ?? 0 };
}

function create(command: Reserve, option: number, asked: readonly Asked[]): Change<ReserveResult> {
  const amountMicroUsd = command.amountsMicroUsd[option] ?? 0;
  const outcome = { status: "created", option, amountMicroUsd, ...(command.chain === undefined ? {} : { chain: command.chain }) } as const;
  const balances: Balance[] = [];
  const postings: JournalPosting[] = [];
  for (const { account, amounts, balance } of asked) {
    const keeping = keepingOf(account.window);
    if (keeping === "request") continue;
    const amount = amounts[option] ?? 0;
    // A request is spent by being made: nothing of it is given back.
    const delta = account.unit === "requests" ? { reserved: 0, settled: amount } : { reserved: amount, settled: 0 };
    const after = { ...balance, reserved: balance.reserved + delta.reserved, settled: balance.settled + delta.settled };
    balances.push(after);
    if (keeping === "journal") postings.push(postingOf(after, delta, command.nowMicros));
  }
  return {
    result: { ...outcome, repeated: false },
    reservation: newReservation(command, outcome, linesOf(command, option)),
    balances,
    entry: entryOf(command, "reserved", amountMicroUsd, "created", postings),
  };
}

function linesOf({ amountsMicroUsd, lines = [] }: Reserve, option: number): OpenLine[] {
  const all = [{ unit: "usd" as const, only: null, amounts: amountsMicroUsd }, ...lines.filter(({ unit }) => unit !== "requests")];
  return all.map(({ unit, only, amounts }) => ({ unit, only, open: amounts[option] ?? 0, inFlight: 0 }));
}

function refuse(command: Reserve, outcome: ReserveOutcome): Change<ReserveResult> {
  return {
    result: { ...outcome, repeated: false },
    reservation: newReservation(command, outcome, []),
    entry: entryOf(command, "refused", command.amountsMicroUsd.at(-1) ?? 0, outcome.status, []),
  };
}

function newReservation(command: Reserve, outcome: ReserveOutcome, lines: readonly OpenLine[]): ReservationState {
  const kept = outcome.status === "created" ? command.accounts.filter(({ window }) => keepingOf(window) !== "request") : [];
  return {
    reservationId: command.reservationId,
    requestId: command.requestId,
    tenant: command.tenant,
    amountsAsked: amountsKey(command.amountsMicroUsd),
    outcome,
    accounts: kept.map(({ scope, window, unit, only }) => ({ scope, window, unit, only })),
    lines,
    released: false,
    restored: false,
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
  return {
    entryId: `${reservationId}.${kind}`,
    kind,
    reservationId,
    attemptId: null,
    requestId,
    tenant,
    amountMicroUsd,
    costNanoUsd: 0n,
    status,
    postings,
    override: null,
    atMicros: command.nowMicros,
  };
}
