import { type Applications, type OriginResult, resolveOrigin } from "@leverframe/policy";
import { deadlineOf } from "@leverframe/classification";
import { schemaDefect } from "@leverframe/evaluation";
import type { Meta, Origin, Refusal, Request } from "@leverframe/events";
import { type Digest, eventId, requestIdentity } from "@leverframe/kernel";
import { requestDigest } from "@leverframe/permit";

export interface Admission {
  readonly meta: Meta;
  readonly origin: Origin;
  /** Null: admitted. */
  readonly refusal: Refusal | null;
}

/** Where a request record arrived, which it could not choose. */
export interface Arrival {
  readonly application: string;
  readonly receivedAtMicros: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Who asks, and whether the record is one that can be worked on. Identity comes from the ingress topic; claims in the
 * record only narrow it. A refusal still names an origin, so that it can be answered.
 */
export function admit(request: Request, arrival: Arrival, bindings: Applications, digest: Digest): Admission {
  const { application, receivedAtMicros: receivedAt } = arrival;
  const resolved = resolveOrigin(bindings, application, request);
  const requestId = requestIdentity(request, application, digest);
  const origin: Origin = {
    ...identityOf(resolved, application, bindings),
    receivedAt,
    deadlineAt: deadlineOf(request.deadlineAt, request.latencyClass ?? "standard", receivedAt),
    requestDigest: requestDigest(request, digest),
  };
  const meta: Meta = {
    eventId: eventId(requestId, "request"),
    requestId,
    causationId: eventId(requestId, "request"),
    round: 0,
    occurredAt: receivedAt,
  };
  return { meta, origin, refusal: resolved.refusal === null ? defectOf(request) : refusalWith(resolved.refusal) };
}

/** Who asks; where that was refused, the owner of the ingress, with nothing that the record claimed. */
function identityOf({ ok }: OriginResult, application: string, bindings: Applications): Pick<Origin, "application" | "tenant" | "department" | "user"> {
  if (ok === null) return { application, tenant: bindings.get(application)?.tenant ?? "", department: "", user: null };
  const { tenant, department, user } = ok;
  return { application, tenant, department, user };
}

const refusalWith = ({ code, message }: { code: string; message: string }): Refusal => ({ code, message, rules: [], candidates: [] });

function defectOf(request: Request): Refusal | null {
  const message = problemOf(request);
  return message === null ? null : refusalWith({ code: "bad_input", message });
}

function problemOf({ requestId, deadlineAt, maxOutputTokens, temperature, outputSchema }: Request): string | null {
  if (!UUID.test(requestId)) return `requestId: \`${requestId.slice(0, 60)}\`, expected a UUID`;
  // One that is merely over is refused as such; nobody after us can count with a negative one.
  if (deadlineAt !== null && deadlineAt < 0) return `deadlineAt: \`${deadlineAt}\`, expected microseconds since 1970`;
  if (maxOutputTokens !== null && maxOutputTokens < 1) return `maxOutputTokens: \`${maxOutputTokens}\`, expected at least 1`;
  if (temperature !== null && !(temperature >= 0 && temperature <= 2)) return `temperature: \`${temperature}\`, expected 0 to 2`;
  return outputSchema === null ? null : schemaDefect(outputSchema);
}
