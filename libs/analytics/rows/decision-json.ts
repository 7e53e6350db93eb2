import type { Attempt, Decision, Funding, Round, Selection, SignedPermit } from "@leverframe/events";

/**
 * The whole decision as JSON text, for explain and replay: money as decimal text, the permit's body as the text that was
 * signed, its signature in base64. Written out field by field where the event holds what JSON cannot: a replacer
 * function would cost ten times as much on every decision.
 */
export function decisionJson(decision: Decision): string {
  const { permit, rounds, costNanoUsd, baselineNanoUsd } = decision;
  return JSON.stringify({
    ...decision,
    permit: permit && permitJson(permit),
    rounds: rounds.map(({ selection, funding, attempts, evaluation, opinionPermit }) => ({
      selection: { ...selection, expectedCostNanoUsd: String(selection.expectedCostNanoUsd) },
      funding: funding && {
        ...funding,
        reservedNanoUsd: String(funding.reservedNanoUsd),
        plan: funding.plan.map((call) => ({ ...call, worstCaseNanoUsd: String(call.worstCaseNanoUsd) })),
      },
      attempts: attempts.map((attempt) => ({ ...attempt, costNanoUsd: String(attempt.costNanoUsd) })),
      evaluation,
      ...(opinionPermit ? { opinionPermit: permitJson(opinionPermit) } : {}),
    })),
    costNanoUsd: String(costNanoUsd),
    baselineNanoUsd: String(baselineNanoUsd),
  });
}

/** The decision that `decisionJson` wrote, equal in every field and byte. */
export function parseDecisionJson(text: string): Decision {
  const plain = JSON.parse(text) as Omit<Plain<Decision>, "permit" | "rounds"> & { permit: PermitJson | null; rounds: readonly PlainRound[] };
  const { permit } = plain;
  return {
    // What decisions of earlier versions do not have.
    ...{ routeNamed: null, maxOutputTokens: null, retentionDaysMax: null },
    ...plain,
    permit: permit && parsePermit(permit),
    // What classifications of earlier versions do not have.
    classification: plain.classification && { ...plain.classification, opinion: plain.classification.opinion ?? null },
    rounds: plain.rounds.map(parseRound),
    costNanoUsd: BigInt(plain.costNanoUsd),
    baselineNanoUsd: BigInt(plain.baselineNanoUsd),
  };
}

/** Left out where there is none, as it was before there were any. */
type PlainRound = Omit<Plain<Round>, "opinionPermit"> & { readonly opinionPermit?: PermitJson };

function parseRound(round: PlainRound): Round {
  return {
    selection: moneyOf<Selection>(round.selection, "expectedCostNanoUsd"),
    funding: round.funding && {
      ...moneyOf<Funding>(round.funding, "reservedNanoUsd"),
      plan: round.funding.plan.map((call) => moneyOf<Funding["plan"][number]>(call, "worstCaseNanoUsd")),
    },
    attempts: round.attempts.map((attempt) => moneyOf<Attempt>(attempt, "costNanoUsd")),
    evaluation: round.evaluation,
    opinionPermit: round.opinionPermit ? parsePermit(round.opinionPermit) : null,
  };
}

interface PermitJson {
  readonly kid: string;
  readonly body: string;
  readonly signature: string;
}

const permitJson = ({ kid, body, signature }: SignedPermit): PermitJson => ({ kid, body: decoder.decode(body), signature: Buffer.from(signature).toString("base64") });

const parsePermit = ({ kid, body, signature }: PermitJson): SignedPermit => ({ kid, body: encoder.encode(body), signature: new Uint8Array(Buffer.from(signature, "base64")) });

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
