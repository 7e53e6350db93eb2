import { type NanoUsd, toMicroUsd } from "@leverframe/kernel";
import type { Fields, Place } from "./source/place";

/** How long a cap counts before it starts again; `request` holds for each request, `minute` is a rate. */
export const WINDOWS = [
  "request", "minute", "hour", "day", "week", "month", "quarter", "year", "fiscal_month", "fiscal_quarter", "fiscal_year", "total",
] as const;
export type BudgetWindow = (typeof WINDOWS)[number];
export type BudgetUnit = "usd" | "tokens" | "requests";

/** Names of the one field that says how much, by unit. */
const AMOUNTS = [["capUsd", "usd"], ["capTokens", "tokens"], ["capRequests", "requests"]] as const;

const TERM_FIELDS = ["window", "hard", "alertPercents", "downgradeFromPercent"] as const;
/** Of a scope: its own cap in dollars, and any further ones. */
export const CAP_FIELDS = ["capUsd", ...TERM_FIELDS, "limits"] as const;
export const LIMIT_CAP_FIELDS = ["capUsd", "capTokens", "capRequests", ...TERM_FIELDS] as const;

const ALERTS_DEFAULT = [80, 100];
const ALERTS_MAX = 10;
const LIMITS_MAX = 16;
const CAP_USD_MAX = 9_000_000_000n * 1_000_000_000n;
/** Beyond it accounts are not exact. */
const CAP_COUNT_MAX = 9_000_000_000_000_000;

/** One cap of a scope that has not been named yet. */
export interface CapTerms {
  readonly window: BudgetWindow;
  readonly unit: BudgetUnit;
  /** In the unit; dollars as micro-dollars. */
  readonly cap: number;
  /** A soft cap never refuses; it alerts. */
  readonly hard: boolean;
  /** Percent of the cap, ascending. */
  readonly alertPercents: readonly number[];
  /** From this percent of the cap on the band is `exceeded`: what is left is spent as the policy then allows. */
  readonly downgradeFromPercent: number;
}

/** What a scope or a tier says; null: nothing. */
export interface ScopeTerms {
  readonly cap: number | null;
  readonly window: BudgetWindow | null;
  readonly hard: boolean | null;
  readonly alertPercents: readonly number[] | null;
  readonly downgradeFromPercent: number | null;
  readonly limits: readonly CapTerms[] | null;
}

export const NO_TERMS: ScopeTerms = { cap: null, window: null, hard: null, alertPercents: null, downgradeFromPercent: null, limits: null };

export function readScopeTerms(fields: Fields): ScopeTerms {
  const terms = readTerms(fields);
  const capUsd = readUsd(fields.get("capUsd"));
  const own = capUsd === null ? [] : [`usd ${terms.window ?? "month"}`];
  return { ...terms, cap: capUsd === null ? null : toMicroUsd(capUsd), limits: readLimits(fields.get("limits"), own) };
}

/** What the scope says for itself, else its tier; `need` is told of a scope that says nothing at all. */
export function capsOf(own: ScopeTerms, tier: ScopeTerms | null, need: () => void): CapTerms[] {
  const cap = own.cap ?? tier?.cap ?? null;
  const limits = own.limits ?? tier?.limits ?? [];
  if (cap === null) {
    if (tier === null && own.limits === null) need();
    return [...limits];
  }
  const first: CapTerms = {
    window: own.window ?? tier?.window ?? "month",
    unit: "usd",
    cap,
    hard: own.hard ?? tier?.hard ?? true,
    alertPercents: own.alertPercents ?? tier?.alertPercents ?? ALERTS_DEFAULT,
    downgradeFromPercent: own.downgradeFromPercent ?? tier?.downgradeFromPercent ?? 100,
  };
  // Limits of the tier give way to the scope's own cap for the same window.
  return [first, ...limits.filter(({ unit, window }) => unit !== "usd" || window !== first.window)];
}

function readLimits(place: Place | null, taken: readonly string[]): CapTerms[] | null {
  if (!place) return null;
  const items = place.items("`limits`") ?? [];
  if (items.length > LIMITS_MAX) place.fail(`${items.length} limits; expected at most ${LIMITS_MAX}`);
  const seen = new Set(taken);
  return items.flatMap((item) => {
    const fields = item.fields("a limit", LIMIT_CAP_FIELDS);
    const limit = fields ? readLimit(item, fields) : null;
    if (!fields || !limit) return [];
    const { window, unit } = limit;
    if (seen.has(`${unit} ${window}`)) (fields.get("window") ?? item).refuse("limit of the same unit for window", "each window once for each unit");
    seen.add(`${unit} ${window}`);
    return limit;
  });
}

function readLimit(item: Place, fields: Fields): CapTerms | null {
  const named = AMOUNTS.filter(([field]) => fields.get(field));
  const [first, second] = named;
  if (!first) return item.fail("the limit has no amount; expected capUsd, capTokens or capRequests");
  if (second) return fields.key(second[0]).fail(`the limit has both \`${first[0]}\` and \`${second[0]}\`; expected one of them, and a limit for each`);
  const cap = readAmount(fields, first[0]);
  const window = fields.need("window", "the limit")?.oneOf("window", WINDOWS) ?? null;
  if (cap === null || window === null) return null;
  const { hard, alertPercents, downgradeFromPercent } = readTerms(fields);
  if (first[1] === "requests" && window === "request") return fields.get("window")?.refuse("window of capRequests", "one of several requests, such as minute or day") ?? null;
  return { window, unit: first[1], cap, hard: hard ?? true, alertPercents: alertPercents ?? ALERTS_DEFAULT, downgradeFromPercent: downgradeFromPercent ?? 100 };
}

function readAmount(fields: Fields, field: (typeof AMOUNTS)[number][0]): number | null {
  if (field !== "capUsd") return fields.get(field)?.integer(field, 0, CAP_COUNT_MAX) ?? null;
  const dollars = readUsd(fields.get(field));
  return dollars === null ? null : toMicroUsd(dollars);
}

function readUsd(place: Place | null): NanoUsd | null {
  const dollars = place?.usd("capUsd") ?? null;
  if (dollars !== null && dollars > CAP_USD_MAX) place?.refuse("capUsd", "at most 9,000,000,000, beyond which accounts are not exact");
  return dollars;
}

function readTerms(fields: Fields): Omit<ScopeTerms, "cap" | "limits"> {
  return {
    window: fields.get("window")?.oneOf("window", WINDOWS) ?? null,
    hard: fields.get("hard")?.boolean("hard") ?? null,
    alertPercents: readAlerts(fields.get("alertPercents")),
    downgradeFromPercent: fields.get("downgradeFromPercent")?.integer("downgradeFromPercent", 1, 100) ?? null,
  };
}

function readAlerts(place: Place | null): number[] | null {
  if (!place) return null;
  const items = place.items("`alertPercents`") ?? [];
  if (items.length > ALERTS_MAX) place.fail(`${items.length} alert thresholds; expected at most ${ALERTS_MAX}`);
  const percents = items.flatMap((item) => item.integer("alert threshold", 1, 100) ?? []);
  return [...new Set(percents)].sort((a, b) => a - b);
}
