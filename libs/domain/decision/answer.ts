import type { Decision, HeldAnswer, Output, Refusal, Response, Status } from "@leverframe/events";
import { eventId } from "@leverframe/kernel";
import type { Trail } from "./trail";
import { baselineOf, costOfRounds, escalationsOf, releasedAttempt } from "./economics";

/** What leaves for the application, and what is kept for audit: always both, always from the same trail. */
export interface Answer {
  readonly response: Response;
  readonly decision: Decision;
  /** What waits for a person; null unless the answer is held. */
  readonly held: HeldAnswer | null;
}

/** How a request ended. `refusal` says why when it is not answered; `output` is what the application gets. */
export interface Ending {
  readonly status: Status;
  readonly refusal: Refusal | null;
  readonly output: Output | null;
  /** Answered, and every check passed. */
  readonly success: boolean;
  /** What goes out once a person has released it; absent where nothing is held. */
  readonly held?: Output;
}

/** Builds the one answer to a request from its trail. Pure: the same trail and ending always give the same bytes. */
export function answerOf(trail: Trail, ending: Ending): Answer {
  const { meta, origin, request, rounds } = trail;
  const attempt = ending.output === null ? null : releasedAttempt(rounds);
  const cost = costOfRounds(rounds);
  const answeredAt = answeredAtOf(trail);
  const response: Response = {
    eventId: eventId(meta.requestId, "response"),
    requestId: meta.requestId,
    idempotencyKey: request.idempotencyKey,
    application: origin.application,
    tenant: origin.tenant,
    department: origin.department,
    status: ending.status,
    refusal: ending.refusal,
    output: ending.output,
    candidate: attempt?.candidate ?? null,
    provider: attempt?.provider ?? null,
    model: attempt?.model ?? null,
    usage: attempt?.usage ?? null,
    costNanoUsd: cost,
    attempts: rounds.reduce((count, round) => count + round.attempts.length, 0),
    escalations: escalationsOf(rounds),
    policyVersion: trail.policyVersion || null,
    catalogVersion: trail.catalogVersion || null,
    receivedAt: origin.receivedAt,
    answeredAt,
  };
  return { response, decision: decisionOf(trail, ending, cost, answeredAt), held: heldOf(trail, ending, response) };
}

/** The answer as it is to go out when somebody releases it: under an id of its own, since the notice that it is held went out under the first. */
function heldOf({ meta, rounds }: Trail, { held, refusal }: Ending, notice: Response): HeldAnswer | null {
  if (held === undefined) return null;
  const { requestId } = meta;
  const attempt = releasedAttempt(rounds);
  const response: Response = {
    ...notice,
    eventId: reviewedEventId(requestId),
    status: "answered",
    refusal: null,
    output: held,
    candidate: attempt?.candidate ?? null,
    provider: attempt?.provider ?? null,
    model: attempt?.model ?? null,
    usage: attempt?.usage ?? null,
  };
  return { eventId: eventId(requestId, "held-answer"), requestId, tenant: notice.tenant, reason: refusal?.message ?? "", response, heldAt: notice.answeredAt };
}

/** Id of the answer that a person released or rejected. */
export const reviewedEventId = (requestId: string): string => eventId(requestId, "reviewed-response");

/** A refusal is a normal answer. */
export function refusalOf(trail: Trail, refusal: Refusal): Answer {
  return answerOf(trail, { status: "refused", refusal, output: null, success: false });
}

function decisionOf(trail: Trail, ending: Ending, costNanoUsd: bigint, answeredAt: number): Decision {
  const { meta, origin, request, permit, rounds } = trail;
  const attempt = ending.output === null ? null : releasedAttempt(rounds);
  return {
    meta: { ...meta, eventId: eventId(meta.requestId, "decision"), causationId: meta.eventId },
    origin,
    status: ending.status,
    refusal: ending.refusal,
    attributes: request.attributes,
    route: permit?.route ?? request.route,
    routeNamed: request.route ?? "",
    maxOutputTokens: request.maxOutputTokens ?? 0,
    classification: trail.classification,
    permit: trail.signedPermit,
    policyVersion: trail.policyVersion,
    catalogVersion: trail.catalogVersion,
    permitted: permit?.candidates.map((candidate) => candidate.id) ?? [],
    rules: permit?.rules ?? ending.refusal?.rules ?? [],
    retentionDaysMax: permit?.obligations.retentionDaysMax ?? null,
    rounds,
    costNanoUsd,
    baselineNanoUsd: attempt === null ? 0n : baselineOf(attempt, trail.catalog),
    ossShare: attempt !== null && trail.catalog?.byId.get(attempt.candidate)?.model.licence === "oss" ? 1 : 0,
    success: ending.success,
    answeredAt,
  };
}

/** The end of the last call where there was one, else the time of the event that ended it: both repeat on replay. */
function answeredAtOf({ meta, rounds }: Trail): number {
  const last = rounds.at(-1)?.attempts.at(-1);
  return last === undefined ? meta.occurredAt : last.startedAt + last.latencyMicros;
}
