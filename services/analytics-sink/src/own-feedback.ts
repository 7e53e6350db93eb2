import type { Feedback } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import { type Applications, resolveTenant } from "@leverframe/policy";

/**
 * The feedback under the tenant of the application on whose topic it came, whatever it claims: nobody speaks for another.
 * Throws AppError `bad_input` for a claim of another tenant, or an application that is bound to none.
 */
export function ownFeedback(feedback: Feedback, application: string, bindings: Applications): Feedback {
  const resolved = resolveTenant(bindings, application, feedback.tenant === "" ? null : feedback.tenant);
  if ("refusal" in resolved) throw new AppError("bad_input", `feedback \`${feedback.feedbackId}\` is refused: ${resolved.refusal}`);
  return { ...feedback, tenant: resolved.tenant };
}
