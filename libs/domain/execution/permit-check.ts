import { brokenCap, type Deployment, priceAt, worstCaseOf } from "@leverframe/catalog";
import type { SignedPermit } from "@leverframe/events";
import { type Permit, type PermitExpectation, type PermittedCandidate, unknownObligation } from "@leverframe/permit";
import { imagesOf } from "@leverframe/prompt";
import type { SkipCause } from "./call-gate";
import type { CallOrder } from "./call-order";
import { callPrice } from "./call-price";
import { fitsContext } from "./sized-order";

/** Checks key, signature, expiry, request, tenant and digest; returns what was signed. Throws AppError `permit_invalid`. */
export type VerifyPermit = (signed: SignedPermit, expectation: PermitExpectation) => Permit;

/** Why a call is not made. The codes are those of the refusal that the caller is answered with. */
export type CallFailureCode =
  | "permit_invalid"
  | "reservation_invalid"
  | "deadline_exceeded"
  | "bad_input"
  | "redaction_failed"
  | "attempts_exhausted"
  /** The application does not want the answer any more. */
  | "cancelled"
  /** The stream broke after the application had seen a part of it. */
  | "stream_interrupted"
  /** Every candidate was skipped. */
  | "unavailable";

export interface CallFailure {
  readonly code: CallFailureCode;
  readonly message: string;
  /** Set when the call gate kept the call from being made. */
  readonly skipped?: SkipCause;
  /** Set when the prompt does not fit the candidate's context window. */
  readonly overflow?: true;
}

const failure = (code: CallFailureCode, message: string): CallFailure => ({ code, message });

/** What the permit says about the candidate whatever the time and the catalog; null when it is permitted. */
export function candidateFailure(permit: Permit, order: CallOrder): CallFailure | null {
  if (!candidateOf(permit, order)) {
    return failure("permit_invalid", `candidate \`${order.candidate}\` is not among the permit's candidates`);
  }
  const unknown = unknownObligation(permit.obligations);
  if (unknown !== null) return failure("permit_invalid", `not sent: the permit obliges to \`${unknown}\`, which this executor does not know; it is older than the policy gate`);
  const unredacted = permit.obligations.redact.find((kind) => !order.redacted.includes(kind));
  if (unredacted !== undefined) return failure("redaction_failed", `not sent: the permit obliges to redact \`${unredacted}\`, which was not done`);
  const outputTokensMax = permit.obligations.outputTokensMax;
  if (!Number.isSafeInteger(order.maxOutputTokens) || order.maxOutputTokens < 1) {
    return failure("reservation_invalid", `maxOutputTokens is \`${order.maxOutputTokens}\`; expected a whole number of at least 1`);
  }
  if (outputTokensMax !== null && order.maxOutputTokens > outputTokensMax) {
    return failure("permit_invalid", `maxOutputTokens is \`${order.maxOutputTokens}\`; the permit allows at most ${outputTokensMax}`);
  }
  return null;
}

export const isFailure = (checked: object): checked is CallFailure => "code" in checked;

/** The deployment to call, if time, catalog and prices allow the call right now; else why they do not. */
export function permittedDeployment(permit: Permit, order: CallOrder, nowMicros: number): Deployment | CallFailure {
  if (nowMicros >= order.deadlineAtMicros) return failure("deadline_exceeded", "the deadline passed before the call");
  if (nowMicros >= permit.expiresAt) return failure("permit_invalid", "the permit expired before the call");
  if (nowMicros < permit.issuedAt - CLOCK_SKEW_MICROS_MAX) return failure("permit_invalid", "the permit is not yet valid");
  const { deployment } = order;
  const candidate = candidateOf(permit, order);
  if (!deployment || !candidate) {
    return failure("permit_invalid", `candidate \`${order.candidate}\` is no longer in the catalog`);
  }
  return deploymentFailure(candidate, deployment, nowMicros) ?? abilityFailure(order, deployment) ?? reservationFailure(order, deployment, nowMicros) ?? deployment;
}

/** Clocks of two machines differ; a permit issued by a gate that is this much ahead is taken. */
const CLOCK_SKEW_MICROS_MAX = 60_000_000;

const candidateOf = (permit: Permit, order: CallOrder): PermittedCandidate | undefined =>
  permit.candidates.find(({ id }) => id === order.candidate);

function deploymentFailure(candidate: PermittedCandidate, deployment: Deployment, nowMicros: number): CallFailure | null {
  if (deployment.id !== candidate.id) {
    return failure("permit_invalid", `deployment \`${deployment.id}\` is not candidate \`${candidate.id}\``);
  }
  if (deployment.region !== candidate.region) {
    return failure("permit_invalid", `\`${deployment.id}\` is in region \`${deployment.region}\`; the permit allows \`${candidate.region}\``);
  }
  const price = priceAt(deployment, nowMicros);
  if (price === null) return failure("permit_invalid", `nobody knows what \`${deployment.id}\` costs now: the catalog has no price card for it`);
  const broken = brokenCap(price, candidate);
  return broken === null ? null : failure("permit_invalid", `the ${broken} price of \`${deployment.id}\` is above the permit's cap`);
}

/** Whoever permitted the candidate went by what the events say about the request; this is the request itself. */
function abilityFailure(order: CallOrder, deployment: Deployment): CallFailure | null {
  const { model } = deployment;
  const missing = neededBy(order).find((capability) => !model.capabilities.includes(capability));
  if (missing !== undefined) return failure("bad_input", `not sent: the request needs \`${missing}\`, which \`${deployment.id}\` lacks`);
  if (fitsContext(order, deployment)) return null;
  const { inputTokensMax, maxOutputTokens } = order;
  const message = `not sent: up to ${inputTokensMax} tokens and an answer of ${maxOutputTokens} do not fit the ${model.contextTokensMax} of \`${deployment.id}\``;
  return { code: "bad_input", message, overflow: true };
}

function neededBy({ messages, tools = [], outputSchema }: CallOrder): readonly string[] {
  const needed = outputSchema === null ? [] : ["json"];
  if (tools.length > 0) needed.push("tools");
  if (imagesOf({ messages }).length > 0) needed.push("vision");
  return needed;
}

/** The price may have risen, within the permit's cap, since the call was funded. */
function reservationFailure(order: CallOrder, deployment: Deployment, nowMicros: number): CallFailure | null {
  const worstCase = worstCaseOf(order.inputTokensMax, order.maxOutputTokens, callPrice(order, deployment, nowMicros) ?? deployment.price);
  if (worstCase <= order.worstCaseNanoUsd) return null;
  const message = `a call of \`${deployment.id}\` may cost ${worstCase} nano-dollars; reserved are ${order.worstCaseNanoUsd}`;
  return failure("reservation_invalid", message);
}
