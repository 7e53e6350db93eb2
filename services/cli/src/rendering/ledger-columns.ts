import { type Balance, capInForce, type JournalEntry, type ReconciledItem, type UnclearedReservation, type Unit } from "@leverframe/budget";
import type { Column } from "./grid";
import { countText, durationText, shareText, timeText, usdNumber, usdText } from "./units";

const NANO_PER_MICRO = 1_000n;
const MICRO_PER_USD = 1e6;

/** An account's amount as people write it: dollars, or a count. */
export function amountText(unit: Unit, amount: number): string {
  return unit === "usd" ? usdText(BigInt(amount) * NANO_PER_MICRO) : countText(amount);
}

/** The same for JSON and CSV: dollars as a number, exact to the micro-dollar up to nine billion. */
const amountNumber = (unit: Unit, amount: number): number => (unit === "usd" ? amount / MICRO_PER_USD : amount);

export interface BalanceRow extends Balance {
  readonly capInForce: number | null;
}

export const balanceRow = (balance: Balance, nowMicros: number): BalanceRow => ({ ...balance, capInForce: capInForce(balance.cap, balance.changes, nowMicros) });

const amount = (name: string, title: string, value: (row: BalanceRow) => number | null): Column<BalanceRow> => ({
  name,
  title,
  align: "right",
  value: (row) => {
    const found = value(row);
    return found === null ? null : amountNumber(row.unit, found);
  },
  text: (row) => {
    const found = value(row);
    return found === null ? "–" : amountText(row.unit, found);
  },
});

const usedRatio = ({ settled, reserved, capInForce: cap }: BalanceRow): number | null => (cap === null || cap === 0 ? null : (settled + reserved) / cap);

export const BALANCE_COLUMNS: readonly Column<BalanceRow>[] = [
  { name: "scope", title: "scope", value: ({ scope }) => scope },
  { name: "window", title: "window", value: ({ window }) => window },
  { name: "unit", title: "unit", value: ({ unit }) => unit },
  amount("settled", "settled", ({ settled }) => settled),
  amount("reserved", "reserved", ({ reserved }) => reserved),
  amount("cap", "cap", ({ capInForce: cap }) => cap),
  amount("override", "of it override", ({ cap, capInForce: now }) => (cap === null || now === null || cap === now ? null : now - cap)),
  amount("available", "available", ({ settled, reserved, capInForce: cap }) => (cap === null ? null : cap - settled - reserved)),
  {
    name: "usedRatio",
    title: "used",
    align: "right",
    value: usedRatio,
    text: (row) => {
      const ratio = usedRatio(row);
      return ratio === null ? "–" : shareText(ratio);
    },
  },
];

const micros = ({ amountMicroUsd }: JournalEntry): bigint => BigInt(amountMicroUsd) * NANO_PER_MICRO;

export const ENTRY_COLUMNS: readonly Column<JournalEntry>[] = [
  { name: "sequence", title: "entry", align: "right", value: ({ sequence }) => sequence },
  { name: "at", title: "at", value: ({ atMicros }) => new Date(atMicros / 1_000).toISOString(), text: ({ atMicros }) => timeText(atMicros) },
  { name: "kind", title: "kind", value: ({ kind }) => kind },
  { name: "status", title: "status", value: ({ status }) => status },
  { name: "amountUsd", title: "amount", align: "right", value: (entry) => usdNumber(micros(entry)), text: (entry) => (entry.override ? amountText(entry.override.unit, entry.override.deltaCap) : usdText(micros(entry))) },
  { name: "costNanoUsd", title: "cost", align: "right", value: ({ costNanoUsd }) => String(costNanoUsd), text: ({ costNanoUsd }) => (costNanoUsd === 0n ? "–" : usdText(costNanoUsd)) },
  { name: "about", title: "about", flexible: true, value: aboutOf },
];

function aboutOf({ override, attemptId, reservationId }: JournalEntry): string {
  return override ? `${override.scope} ${override.window} by ${override.by}: ${override.reason}` : (attemptId ?? reservationId);
}

export const unclearedColumns = (nowMicros: number): readonly Column<UnclearedReservation>[] => [
  { name: "reservationId", title: "reservation", flexible: true, value: ({ reservationId }) => reservationId },
  { name: "tenant", title: "tenant", value: ({ tenant }) => tenant },
  { name: "reservedAt", title: "age", align: "right", value: ({ reservedAtMicros }) => new Date(reservedAtMicros / 1_000).toISOString(), text: ({ reservedAtMicros }) => durationText(nowMicros - reservedAtMicros) },
  { name: "openUsd", title: "held", align: "right", value: ({ openMicroUsd }) => openMicroUsd / MICRO_PER_USD, text: ({ openMicroUsd }) => amountText("usd", openMicroUsd) },
  { name: "released", title: "released", value: ({ released }) => released, text: ({ released }) => (released ? "yes" : "no") },
  { name: "callsInFlight", title: "in flight", align: "right", value: ({ attempts }) => attempts.filter(({ status }) => status === "in_flight").length },
];

export const RECONCILED_COLUMNS: readonly Column<ReconciledItem>[] = [
  { name: "verdict", title: "verdict", value: ({ verdict }) => verdict, text: ({ verdict }) => verdict.replaceAll("_", " ") },
  { name: "provider", title: "provider", value: ({ provider }) => provider },
  { name: "model", title: "model", value: ({ model }) => model, text: ({ model }) => model ?? "all" },
  { name: "day", title: "day", value: ({ day }) => day },
  { name: "providerRequestId", title: "request of the provider", flexible: true, value: ({ providerRequestId }) => providerRequestId },
  { name: "lines", title: "line", align: "right", value: ({ lines }) => lines.join(" ") },
  { name: "calls", title: "calls", align: "right", value: ({ calls }) => calls.length },
  { name: "invoicedUsd", title: "invoiced", align: "right", value: ({ invoicedNanoUsd }) => usdNumber(invoicedNanoUsd), text: ({ invoicedNanoUsd }) => usdText(invoicedNanoUsd) },
  { name: "chargedUsd", title: "charged", align: "right", value: ({ chargedNanoUsd }) => usdNumber(chargedNanoUsd), text: ({ chargedNanoUsd }) => usdText(chargedNanoUsd) },
  { name: "differenceUsd", title: "difference", align: "right", value: (item) => usdNumber(difference(item)), text: (item) => usdText(difference(item)) },
];

const difference = ({ invoicedNanoUsd, chargedNanoUsd }: ReconciledItem): bigint => invoicedNanoUsd - chargedNanoUsd;
