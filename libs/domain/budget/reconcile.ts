import { type NanoUsd, toMicroUsd } from "@leverframe/kernel";
import type { LateSettle } from "./ledger-store";

/** One line of a provider's invoice. Days are UTC, `2026-11-21`. */
export interface InvoiceLine {
  /** Where it stands in the file, for people. */
  readonly line: number;
  readonly provider: string;
  /** Null: the provider sums up, by model and day. */
  readonly providerRequestId: string | null;
  /** Null: the line is of all models. */
  readonly model: string | null;
  readonly day: string;
  readonly costNanoUsd: NanoUsd;
}

/** One provider call as the journal settled it, with what its decision knows of the provider. */
export interface ChargedCall {
  readonly attemptId: string;
  readonly reservationId: string;
  readonly requestId: string;
  readonly provider: string;
  readonly model: string;
  readonly providerRequestId: string | null;
  readonly day: string;
  readonly costNanoUsd: NanoUsd;
  /** `finished` (the provider's count), `estimated`, `unseen`, `cancelled`, `late_settled`. */
  readonly basis: string;
}

export type Verdict = "matched" | "priced_differently" | "missing_in_journal" | "missing_on_invoice";

/** Invoice lines and calls that speak of the same: one call, or all of a provider's, model's and day's. */
export interface ReconciledItem {
  readonly verdict: Verdict;
  readonly provider: string;
  readonly model: string | null;
  readonly day: string;
  readonly providerRequestId: string | null;
  readonly lines: readonly number[];
  readonly calls: readonly ChargedCall[];
  readonly invoicedNanoUsd: NanoUsd;
  readonly chargedNanoUsd: NanoUsd;
}

export interface VerdictTotal {
  items: number;
  calls: number;
  invoicedNanoUsd: NanoUsd;
  chargedNanoUsd: NanoUsd;
}

export interface Reconciliation {
  /** By provider, day and model. */
  readonly items: readonly ReconciledItem[];
  readonly totals: Readonly<Record<Verdict | "all", VerdictTotal>>;
}

export interface ReconcileOptions {
  /** Invoice and journal may differ by so much on one item: providers round. */
  readonly toleranceNanoUsd: NanoUsd;
}

/**
 * The charges that the invoice corrects: those that did not stand on the provider's count (estimated, unseen, broken
 * off) and that it bills lower. A charge on the provider's own count is not touched: then the two have to talk.
 */
export function corrections({ items }: Reconciliation, nowMicros: number): readonly LateSettle[] {
  return items.flatMap(({ verdict, calls, providerRequestId, invoicedNanoUsd, chargedNanoUsd }) => {
    const [call] = calls;
    const isSure = verdict === "priced_differently" && providerRequestId !== null && calls.length === 1;
    if (!call || !isSure || invoicedNanoUsd < 0n || invoicedNanoUsd >= chargedNanoUsd || COUNTED.has(call.basis)) return [];
    const { attemptId, reservationId } = call;
    return [{ attemptId, reservationId, chargeMicroUsd: toMicroUsd(invoicedNanoUsd), costNanoUsd: invoicedNanoUsd, nowMicros }];
  });
}

const COUNTED: ReadonlySet<string> = new Set(["finished", "late_settled"]);

interface Group {
  readonly provider: string;
  readonly model: string | null;
  readonly day: string;
  readonly providerRequestId: string | null;
  readonly lines: InvoiceLine[];
  readonly calls: ChargedCall[];
}

/**
 * Holds a provider's invoice against the journal. A line that names a request is matched with the call of that id;
 * what several lines bill for one request is added up. Any other line stands for its provider's calls of that day and
 * model (of all models, where it names none) that no request id has matched. Calls of providers, and of days, that the
 * invoice does not speak of are left out: hand in what the invoice covers.
 */
export function reconcile(lines: readonly InvoiceLine[], calls: readonly ChargedCall[], options: ReconcileOptions): Reconciliation {
  const byRequest = new Map<string, Group>();
  const byDay = new Map<string, Group>();
  for (const line of lines) {
    const { provider, providerRequestId, model, day } = line;
    const [groups, key] = providerRequestId === null ? [byDay, dayKey(provider, day, model)] : [byRequest, requestKey(provider, providerRequestId)];
    groupOf(groups, key, { provider, model, day, providerRequestId }).lines.push(line);
  }
  const rest = new Map<string, Group>();
  for (const call of calls) {
    const { provider, providerRequestId, model, day } = call;
    const named = providerRequestId === null ? undefined : byRequest.get(requestKey(provider, providerRequestId));
    const summed = byDay.get(dayKey(provider, day, model)) ?? byDay.get(dayKey(provider, day, null));
    const group = named ?? summed ?? groupOf(rest, `${call.attemptId}`, { provider, model, day, providerRequestId });
    group.calls.push(call);
  }
  const items = [...byRequest.values(), ...byDay.values(), ...rest.values()].map((group) => itemOf(group, options)).sort(inOrder);
  return { items, totals: totalsOf(items) };
}

function groupOf(groups: Map<string, Group>, key: string, about: Omit<Group, "lines" | "calls">): Group {
  const known = groups.get(key);
  if (known) return known;
  const group = { ...about, lines: [], calls: [] };
  groups.set(key, group);
  return group;
}

function itemOf({ lines, calls, provider, model, day, providerRequestId }: Group, { toleranceNanoUsd }: ReconcileOptions): ReconciledItem {
  const invoicedNanoUsd = lines.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
  const chargedNanoUsd = calls.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
  const verdict = verdictOf(lines.length, calls.length, invoicedNanoUsd - chargedNanoUsd, toleranceNanoUsd);
  return {
    verdict,
    provider,
    model: model ?? calls[0]?.model ?? null,
    day,
    providerRequestId,
    lines: lines.map(({ line }) => line),
    calls,
    invoicedNanoUsd,
    chargedNanoUsd,
  };
}

function verdictOf(lines: number, calls: number, difference: NanoUsd, tolerance: NanoUsd): Verdict {
  if (calls === 0) return "missing_in_journal";
  if (lines === 0) return "missing_on_invoice";
  return difference > tolerance || -difference > tolerance ? "priced_differently" : "matched";
}

function totalsOf(items: readonly ReconciledItem[]): Reconciliation["totals"] {
  const none = (): VerdictTotal => ({ items: 0, calls: 0, invoicedNanoUsd: 0n, chargedNanoUsd: 0n });
  const totals = { matched: none(), priced_differently: none(), missing_in_journal: none(), missing_on_invoice: none(), all: none() };
  for (const item of items) {
    for (const total of [totals[item.verdict], totals.all]) {
      total.items += 1;
      total.calls += item.calls.length;
      total.invoicedNanoUsd += item.invoicedNanoUsd;
      total.chargedNanoUsd += item.chargedNanoUsd;
    }
  }
  return totals;
}

const requestKey = (provider: string, id: string): string => `${provider}\n${id}`;
const dayKey = (provider: string, day: string, model: string | null): string => `${provider}\n${day}\n${model ?? ""}`;

function inOrder(a: ReconciledItem, b: ReconciledItem): number {
  const [x, y] = [sortKey(a), sortKey(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const sortKey = ({ provider, day, model, providerRequestId, lines }: ReconciledItem): string =>
  `${provider}\n${day}\n${model ?? ""}\n${providerRequestId ?? ""}\n${String(lines[0] ?? 0).padStart(9, "0")}`;
