import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { type AccountBook, kindOfWindow, type PlaceOverride, tenantOf, type Unit, WINDOW_KINDS, type WindowKind } from "@leverframe/budget";
import { MICROS_PER_MS, parseUsd } from "@leverframe/kernel";
import { Misuse } from "../misuse";
import { isCalendarTime } from "../option-values";
import { checkScope } from "./scope-name";

/** As the command line gives it. */
export interface OverrideInput {
  readonly scope: string;
  readonly window: string;
  readonly usd?: string;
  readonly tokens?: string;
  readonly requests?: string;
  readonly from?: string;
  readonly until: string;
  readonly reason: string;
  readonly by?: string;
  readonly tenant?: string;
  readonly id?: string;
}

const REASON_CHARACTERS_MAX = 500;
const NANO_PER_MICRO = 1_000n;
const AHEAD_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The command to the ledger. `bad_input` names the option, its value and what was expected. */
export function placeOverride(input: OverrideInput, book: AccountBook, nowMicros: number): PlaceOverride {
  const { unit, deltaCap } = amountOf(input);
  const { scope, reason } = input;
  if (!/^[a-z]+:.+$/.test(scope)) throw wrong("scope", scope, "a scope such as `department:acme/Sales`; `leverframe ledger balance` shows those there are");
  checkScope(scope);
  if (reason.trim() === "" || reason.length > REASON_CHARACTERS_MAX) throw wrong("reason", reason.slice(0, 40), `1 to ${REASON_CHARACTERS_MAX} characters: it stands in the journal`);
  const fromMicros = input.from === undefined ? nowMicros : momentOf("from", input.from, nowMicros);
  const untilMicros = momentOf("until", input.until, nowMicros);
  if (untilMicros <= nowMicros) throw wrong("until", input.until, "a time to come");
  const window = windowOf(input, book, fromMicros);
  const declaredCap = book.budgetOf(scope, window, unit)?.cap ?? null;
  return {
    overrideId: input.id ?? randomUUID(),
    scope,
    window,
    unit,
    tenant: input.tenant ?? tenantOf(scope),
    deltaCap,
    by: input.by ?? userInfo().username,
    reason: reason.trim(),
    fromMicros,
    untilMicros,
    declaredCap,
    nowMicros,
  };
}

function amountOf({ usd, tokens, requests }: OverrideInput): { readonly unit: Unit; readonly deltaCap: number } {
  const given = ([["usd", usd], ["tokens", tokens], ["requests", requests]] as const).filter(([, text]) => text !== undefined);
  const [first] = given;
  if (!first || given.length > 1) throw new Misuse("expected one of --usd, --tokens and --requests, such as `--usd +500`");
  const [unit, text = ""] = first;
  const sign = text.startsWith("-") ? -1 : 1;
  const digits = text.replace(/^[+-]/, "");
  const amount = unit === "usd" ? parseUsd(digits) : /^\d{1,15}$/.test(digits) ? BigInt(digits) * NANO_PER_MICRO : null;
  if (amount === null || amount === 0n || amount % NANO_PER_MICRO !== 0n) {
    throw wrong(unit, text, unit === "usd" ? "dollars to the micro-dollar, such as `+500` or `-20.50`" : "a whole number such as `+1000`");
  }
  return { unit, deltaCap: sign * Number(amount / NANO_PER_MICRO) };
}

/** `month` is the one that contains the moment, in the scope's own calendar; `2026-11` is itself. */
function windowOf({ scope, window }: OverrideInput, book: AccountBook, atMicros: number): string {
  const kinds: readonly string[] = WINDOW_KINDS;
  if (!kinds.includes(window)) {
    if (kindOfWindow(window) !== null) return window;
    throw wrong("window", window, `one of ${WINDOW_KINDS.join(", ")}, or a window's own name such as \`2026-11\``);
  }
  if (window === "request" || window === "minute") throw wrong("window", window, "a window that lasts: a minute is over before anybody could use it");
  return book.calendarOf(scope).windowAt(window as WindowKind, atMicros);
}

/** `2026-11-30`, an ISO time, or how far ahead: `2h`, `7d`. */
function momentOf(option: string, text: string, nowMicros: number): number {
  const ahead = /^(\d{1,6})([mhd])$/.exec(text);
  if (ahead) return nowMicros + Number(ahead[1]) * AHEAD_MS[ahead[2]!]! * MICROS_PER_MS;
  const at = Date.parse(text);
  if (!isCalendarTime(text)) throw wrong(option, text, "a time such as `2026-12-01`, `2026-12-01T12:00:00Z`, or how far ahead, `2h` or `7d`");
  return at * MICROS_PER_MS;
}

const wrong = (option: string, value: string, expected: string): Misuse => new Misuse(`--${option} is \`${value}\`; expected ${expected}`);

/** What a person calls the window: `this month` says more than `2026-11`. */
export const windowText = (window: string): string => (window === "total" ? "total" : `${kindOfWindow(window)?.replaceAll("_", " ") ?? ""} ${window}`.trim());
