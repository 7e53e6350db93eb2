import type { Decision, SignedPermit } from "@leverframe/events";
import { readPermit, type Permit } from "@leverframe/permit";
import type { Call } from "../simulator";
import { decisionsByRequest } from "./decisions-by-request";
import { type Evidence, type Violation, violationOf } from "./evidence";

const violation = violationOf("I1");

/** I1: every call stands in an authentic, unexpired permit for its request, and no refusal was laundered. */
export function permitViolations({ calls, decisions, isAuthentic }: Evidence): readonly Violation[] {
  const byRequest = decisionsByRequest(decisions);
  const found: Violation[] = [];
  const refusedAt = new Map<string, Call>();
  for (const call of [...calls].sort((a, b) => a.atMs - b.atMs || a.seq - b.seq)) {
    const subject = call.attempt ?? `call ${call.seq}`;
    const signed = permitOf(call, byRequest.get(call.request ?? ""));
    if (signed === null) {
      found.push(violation("call-without-permit", subject, `no decision of request \`${call.request}\` carries a permit`));
      continue;
    }
    if (!isAuthentic(signed)) found.push(violation("forged-permit", subject, `key id \`${signed.kid}\``));
    const permit = readPermit(signed.body);
    found.push(...faultsOf(call, permit).map(([name, detail]) => violation(name, subject, detail)));
    const refused = refusedAt.get(permit.permitId);
    if (refused && !permit.obligations.fallbackOnRefusal) {
      found.push(violation("laundered-refusal", subject, `\`${refused.model}\` had declined, and the permit allows no second opinion`));
    }
    if (call.faults.some((fault) => fault.startsWith("refuse"))) refusedAt.set(permit.permitId, call);
  }
  return found;
}

/** A question about a request has a permit of its own, which stands on its round. */
function permitOf({ attempt }: Call, decision: Decision | undefined): SignedPermit | null {
  const round = decision?.rounds.find(({ attempts }) => attempts.some(({ attemptId }) => attemptId === attempt));
  return round?.opinionPermit ?? decision?.permit ?? null;
}

function faultsOf(call: Call, permit: Permit): (readonly [name: string, detail: string])[] {
  const faults: (readonly [string, string])[] = [];
  // Candidates of the catalogs under test are called `<provider>/<model>`.
  const candidate = `${call.provider}/${call.model}`;
  if (call.permit !== permit.permitId) faults.push(["another-permit", `called with \`${call.permit}\`, the request has \`${permit.permitId}\``]);
  if (call.request !== permit.requestId) faults.push(["permit-of-another-request", `the permit is for \`${permit.requestId}\``]);
  if (!permit.candidates.some(({ id }) => id === candidate)) {
    faults.push(["candidate-not-permitted", `\`${candidate}\` is none of ${permit.candidates.map(({ id }) => id).join(", ")}`]);
  }
  if (call.atMs * 1_000 > permit.expiresAt) faults.push(["expired-permit", `called ${call.atMs * 1_000 - permit.expiresAt} µs after its end`]);
  const { outputTokensMax } = permit.obligations;
  if (outputTokensMax !== null && (call.outputTokensMax ?? Infinity) > outputTokensMax) {
    faults.push(["longer-than-permitted", `${call.outputTokensMax} output tokens, at most ${outputTokensMax}`]);
  }
  return faults;
}
