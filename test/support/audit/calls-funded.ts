import type { LedgerEntry } from "@leverframe/events";
import type { Call } from "../simulator";
import { attemptsOf, decisionsByRequest } from "./decisions-by-request";
import { type Evidence, type Violation, violationOf } from "./evidence";

const violation = violationOf("I2");
const NANO_PER_MICRO = 1_000n;

/**
 * I2: every call is an attempt that was settled under a reservation of its own request, one call for each attempt, and
 * what the provider bills for it was charged. Every attempt's call stands in the request's decision.
 */
export function fundingViolations({ calls, entries, decisions }: Evidence): readonly Violation[] {
  const reservations = new Map(entries.filter(isGrant).map((entry) => [entry.reservationId, entry]));
  const settlements = new Map(entries.filter(isSettlement).map((entry) => [entry.attemptId, entry]));
  const recorded = new Set([...decisionsByRequest(decisions).values()].flatMap(attemptsOf).map(({ attemptId }) => attemptId));
  const called = new Map<string, Call>();
  const found: Violation[] = [];
  for (const call of calls) {
    const { attempt } = call;
    if (attempt === null) {
      found.push(violation("call-without-attempt", `call ${call.seq}`, "the call names no attempt"));
      continue;
    }
    const twice = called.get(attempt);
    if (twice) found.push(violation("attempt-called-twice", attempt, `calls ${twice.seq} and ${call.seq}`));
    called.set(attempt, call);
    if (!recorded.has(attempt)) found.push(violation("call-not-in-decision", attempt, `request \`${call.request}\``));
    found.push(...unpaid(call, attempt, settlements.get(attempt), reservations));
  }
  return found;
}

function unpaid(
  call: Call,
  attempt: string,
  settled: LedgerEntry | undefined,
  reservations: ReadonlyMap<string, LedgerEntry>,
): readonly Violation[] {
  if (!settled) return [violation("call-without-settlement", attempt, "the journal settles no such attempt")];
  const reservation = reservations.get(settled.reservationId);
  if (!reservation) return [violation("call-without-reservation", attempt, `the journal grants no \`${settled.reservationId}\``)];
  const found: Violation[] = [];
  if (reservation.requestId !== call.request) {
    found.push(violation("reservation-of-another-request", attempt, `reserved for \`${reservation.requestId}\`, called for \`${call.request}\``));
  }
  const billed = BigInt(call.billedNanoUsd);
  if (billed > BigInt(settled.amountMicroUsd) * NANO_PER_MICRO) {
    found.push(violation("billed-above-charge", attempt, `billed ${billed} nano-dollars, charged ${settled.amountMicroUsd} micro-dollars`));
  }
  return found;
}

const isGrant = ({ kind }: LedgerEntry): boolean => kind === "reserved";
const isSettlement = ({ kind, attemptId }: LedgerEntry): boolean => kind === "settled" && attemptId !== null;
