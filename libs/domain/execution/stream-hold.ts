import type { Obligations } from "@leverframe/permit";

/**
 * Why an answer may not be seen while it comes; null when it may. What the policy wants checked, looked at, masked or
 * put back is held until the verdict: a preview that has been seen cannot be taken back. What the request itself asks to
 * be checked (a schema, sections) does not hold its stream, since the application that asks for both has both.
 */
export function streamHold({ streaming, humanReview, checks, responsePolicies, redact }: Obligations): string | null {
  if (!streaming) return "not_permitted";
  if (humanReview) return "human_review";
  if (checks.length > 0) return "checks";
  if (responsePolicies.length > 0) return "response_policies";
  return redact.length > 0 ? "redaction" : null;
}
