import type { Decision, Output, Refusal, Response, Status } from "@leverframe/events";
import { eventId } from "@leverframe/kernel";
import type { Trail } from "./trail";
import { answeringAttempt, baselineOf, costOfRounds } from "./economics";

/** What leaves for the application, and what is kept for audit: always both, always from the same trail. */
export interface Answer {
  readonly response: Response;
  readonly decision: Decision;
}

/** How a request ended. `refusal` says why when it is not answered; `output` is what the application gets. */
export interface Ending {
  readonly status: Status;
  readonly refusal: Refusal | null;
  readonly output: Output | null;
  /** Answered, and every check passed. */
  readonly success: boolean;
}

/** Builds the one answer to a request from its trail. Pure: the same trail and ending always give the same bytes. */
export function answerOf(trail: Trail, ending: Ending): Answer {
  const { meta, origin, request, rounds } = trail;
  const attempt = ending.output === null ? null : answeringAttempt(rounds);
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
    escalations: Math.max(0, rounds.length - 1),
    policyVersion: trail.policyVersion || null,
    catalogVersion: trail.catalogVersion || null,
    receivedAt: origin.receivedAt,
    answeredAt,
  };
  return { response, decision: decisionOf(trail, ending, cost, answeredAt) };
}

/** A refusal is a normal answer. */
export function refusalOf(trail: Trail, refusal: Refusal): Answer {
  return answerOf(trail, { status: "refused", refusal, output: null, success: false });
}

function decisionOf(trail: Trail, ending: Ending, costNanoUsd: bigint, answeredAt: number): Decision {
  const { meta, origin, request, permit, rounds } = trail;
  const attempt = ending.output === null ? null : answeringAttempt(rounds);
  return {
    meta: { ...meta, eventId: eventId(meta.requestId, "decision"), causationId: meta.eventId },
    origin,
    status: ending.status,
    refusal: ending.refusal,
    attributes: request.attributes,
    route: permit?.route ?? request.route,
    classification: trail.classification,
    permit: trail.signedPermit,
    policyVersion: trail.policyVersion,
    catalogVersion: trail.catalogVersion,
    permitted: permit?.candidates.map((candidate) => candidate.id) ?? [],
    rules: permit?.rules ?? ending.refusal?.rules ?? [],
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
