import { decisionsByRequest } from "./decisions-by-request";
import { type Evidence, type Violation, violationOf } from "./evidence";

const violation = violationOf("I6");

/** I6, as far as one run shows it: whatever was permitted carries the versions that it was permitted under, on every copy. */
export function determinismViolations({ decisions }: Evidence): readonly Violation[] {
  const first = decisionsByRequest(decisions);
  const found: Violation[] = [];
  for (const { meta, permit, policyVersion, catalogVersion } of decisions) {
    const known = first.get(meta.requestId)?.permit ?? null;
    if (permit && (policyVersion === "" || catalogVersion === "")) {
      found.push(violation("permit-without-versions", meta.requestId, "policy and catalog version are not both named"));
    }
    if (permit && known && Buffer.compare(permit.body, known.body) !== 0) {
      found.push(violation("two-permits", meta.requestId, "copies carry different permits"));
    }
  }
  return found;
}
