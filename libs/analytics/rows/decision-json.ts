import type { Attempt, Decision, Funding, Round, Selection } from "@leverframe/events";

/**
 * The whole decision as JSON text, for explain and replay: money as decimal text, the permit's body as the text that was
 * signed, its signature in base64. Written out field by field where the event holds what JSON cannot: a replacer
 * function would cost ten times as much on every decision.
 */
export function decisionJson(decision: Decision): string {
  const { permit, rounds, costNanoUsd, baselineNanoUsd } = decision;
  return JSON.stringify({
    ...decision,
    permit: permit && { kid: permit.kid, body: decoder.decode(permit.body), signature: Buffer.from(permit.signature).toString("base64") },
    rounds: rounds.map(({ selection, funding, attempts, evaluation }) => ({
      selection: { ...selection, expectedCostNanoUsd: String(selection.expectedCostNanoUsd) },
      funding: funding && {
        ...funding,
        reservedNanoUsd: String(funding.reservedNanoUsd),
        plan: funding.plan.map((call) => ({ ...call, worstCaseNanoUsd: String(call.worstCaseNanoUsd) })),
      },
      attempts: attempts.map((attempt) => ({ ...attempt, costNanoUsd: String(attempt.costNanoUsd) })),
      evaluation,
    })),
    costNanoUsd: String(costNanoUsd),
    baselineNanoUsd: String(baselineNanoUsd),
  });
}

/** The decision that `decisionJson` wrote, equal in every field and byte. */
export function parseDecisionJson(text: string): Decision {
  const plain = JSON.parse(text) as Plain<Decision> & { permit: { kid: string; body: string; signature: string } | null };
  const { permit } = plain;
  return {
    // What decisions of earlier versions do not have.
    ...{ routeNamed: null, maxOutputTokens: null, retentionDaysMax: null },
    ...plain,
    permit: permit && { kid: permit.kid, body: encoder.encode(permit.body), signature: new Uint8Array(Buffer.from(permit.signature, "base64")) },
    rounds: plain.rounds.map(parseRound),
    costNanoUsd: BigInt(plain.costNanoUsd),
    baselineNanoUsd: BigInt(plain.baselineNanoUsd),
  };
}

function parseRound(round: Plain<Round>): Round {
  return {
    selection: moneyOf<Selection>(round.selection, "expectedCostNanoUsd"),
    funding: round.funding && {
      ...moneyOf<Funding>(round.funding, "reservedNanoUsd"),
      plan: round.funding.plan.map((call) => moneyOf<Funding["plan"][number]>(call, "worstCaseNanoUsd")),
    },
    attempts: round.attempts.map((attempt) => moneyOf<Attempt>(attempt, "costNanoUsd")),
    evaluation: round.evaluation,
  };
}

/** As JSON carries it: bigint as text. */
type Plain<T> = T extends bigint
  ? string
  : T extends Uint8Array
    ? never
    : T extends object
      ? { readonly [K in keyof T]: Plain<T[K]> }
      : T;

const moneyOf = <T>(plain: Plain<T>, field: keyof T): T => ({ ...(plain as object), [field]: BigInt(plain[field as keyof Plain<T>] as string) }) as T;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
