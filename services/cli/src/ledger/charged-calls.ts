import type { ChargedCall, JournalEntry } from "@leverframe/budget";
import type { Attempt, Decision } from "@leverframe/events";
import { MICROS_PER_MS } from "@leverframe/kernel";
import { ephemeralGroup, type Installation } from "../installation";
import { readToEnd } from "../topics/read-to-end";
import { forEachEntry } from "./journal";

export interface ChargedCalls {
  readonly calls: readonly ChargedCall[];
  /** Settled in the journal, and in no decision that the log still holds: whom they went to is not known. */
  readonly withoutDecision: number;
}

/** Days, `2026-11-01`, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

interface Settlement {
  readonly reservationId: string;
  readonly requestId: string;
  readonly costNanoUsd: bigint;
  readonly basis: string;
  readonly day: string;
}

/**
 * Every provider call of a period that the journal charged, with what its decision knows of the provider: the journal
 * tells what was paid, the decision to whom. A charge that was corrected later counts as corrected.
 */
export async function chargedCalls(installation: Installation, period: Period): Promise<ChargedCalls> {
  const settled = new Map<string, Settlement>();
  const corrected = new Map<string, bigint>();
  await forEachEntry(installation, (entry) => take(entry, period, settled, corrected));
  const calls: ChargedCall[] = [];
  await forEachAttempt(installation, (attempt) => {
    const settlement = settled.get(attempt.attemptId);
    if (!settlement) return;
    settled.delete(attempt.attemptId);
    const { provider, model, providerRequestId, attemptId, startedAt } = attempt;
    const costNanoUsd = corrected.get(attemptId) ?? settlement.costNanoUsd;
    const basis = corrected.has(attemptId) ? "late_settled" : settlement.basis;
    calls.push({ attemptId, reservationId: settlement.reservationId, requestId: settlement.requestId, provider, model, providerRequestId, day: dayOf(startedAt), costNanoUsd, basis });
  });
  // An attempt that was begun and made no call is settled at nothing, and stands in no decision.
  const withoutDecision = [...settled.values()].filter(({ costNanoUsd }) => costNanoUsd > 0n).length;
  return { calls: calls.filter(({ day }) => day >= period.from && day <= period.to), withoutDecision };
}

function take({ kind, attemptId, reservationId, requestId, costNanoUsd, status, atMicros }: JournalEntry, period: Period, settled: Map<string, Settlement>, corrected: Map<string, bigint>): void {
  if (attemptId === null) return;
  if (kind === "late_settled") corrected.set(attemptId, costNanoUsd);
  const day = dayOf(atMicros);
  // A call ends on the day that it began, or on the next one.
  if (kind === "settled" && day >= period.from && day <= dayAfter(period.to)) settled.set(attemptId, { reservationId, requestId, costNanoUsd, basis: status, day });
}

function forEachAttempt({ log, codec, names }: Installation, visit: (attempt: Attempt) => void): Promise<void> {
  const take = ({ rounds }: Decision): void => rounds.forEach(({ attempts }) => attempts.forEach(visit));
  return readToEnd({
    log,
    topic: names.name("decisions"),
    groupId: ephemeralGroup(names, "ledger"),
    visit: ({ value }) => {
      if (value === null) return undefined;
      const decision = codec.decode("decision", value);
      return decision instanceof Promise ? decision.then(take) : take(decision);
    },
  });
}

const DAY_LENGTH = "2026-11-21".length;
const DAY_MS = 86_400_000;
const dayOf = (micros: number): string => new Date(micros / MICROS_PER_MS).toISOString().slice(0, DAY_LENGTH);
const dayAfter = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, DAY_LENGTH);
