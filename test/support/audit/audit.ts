import { answerViolations } from "./answers";
import { fundingViolations } from "./calls-funded";
import { permitViolations } from "./calls-permitted";
import { determinismViolations } from "./determinism";
import type { Evidence, Violation } from "./evidence";
import { journalViolations } from "./journal";
import { riskViolations } from "./risk";
import { rowViolations } from "./rows";

/**
 * Audits a run that has come to rest against I1 to I7, from the outside: it shares no code with the stages but the
 * permit's reader. No violation means that the invariants held for this evidence.
 */
export function audit(evidence: Evidence): readonly Violation[] {
  return [
    ...permitViolations(evidence),
    ...fundingViolations(evidence),
    ...journalViolations(evidence),
    ...answerViolations(evidence),
    ...rowViolations(evidence),
    ...determinismViolations(evidence),
    ...riskViolations(evidence),
  ];
}
