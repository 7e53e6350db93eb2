import { type AccountRef, accountId, amountsKey, keepingOf, type Reserve, type ReserveOutcome } from "@leverframe/budget";
import type { ScriptArgument } from "./redis-client";
import { accountFrom, lineName } from "./redis-encoding";

const DOLLARS = "usd";
const LETTERS = { journal: "j", minute: "m", request: "r" } as const;

/** What reserve.lua takes of one reserve, in its order. */
export function reserveArguments(command: Reserve): ScriptArgument[] {
  const { reservationId, requestId, tenant, nowMicros, deadlineAtMicros, lines = [] } = command;
  const kept = lines.filter(({ unit }) => unit !== "requests");
  const ordered = kept.length === lines.length ? lines : [...kept, ...lines.filter(({ unit }) => unit === "requests")];
  const names = [DOLLARS, ...ordered.map(lineName)];
  const args: ScriptArgument[] = [reservationId, requestId, tenant, nowMicros, deadlineAtMicros, amountsKey(command.amountsMicroUsd)];
  args.push(names.join("\n"), 1 + kept.length, command.chain ?? "");
  for (const { amounts } of ordered) args.push(amounts.join(","));
  for (const account of command.accounts) {
    args.push(accountId(account), account.cap ?? "", placeOf(account, names), (account.hard ? "h" : "s") + LETTERS[keepingOf(account.window)]);
  }
  return args;
}

/** Number of the account's line, from one. */
function placeOf(account: AccountRef, names: readonly string[]): number {
  return account.unit === "usd" && account.only === null ? 1 : names.indexOf(lineName(account)) + 1;
}

/** `created <option> <amount>` and the chain if there is one, `exceeds_cap <available> <account>`, `exceeds_rate <cap> <account>` or `deadline_exceeded`. */
export function outcomeFrom(outcome: string): ReserveOutcome {
  const [, status, number, rest = ""] = /^(\S+)(?: (\d+) (.*))?$/s.exec(outcome) ?? [];
  if (status === "created") {
    const [amount, ...chain] = rest.split(" ");
    return { status, option: Number(number), amountMicroUsd: Number(amount), ...(chain.length === 0 ? {} : { chain: chain.join(" ") }) };
  }
  if (status === "exceeds_cap") return { status, ...accountFrom(rest), available: Number(number) };
  if (status === "exceeds_rate") return { status, ...accountFrom(rest), cap: Number(number) };
  return { status: "deadline_exceeded" };
}
