import { FALLBACK_TRIGGERS } from "./fallback-triggers";
import { REDACTABLE, RESPONSE_POLICIES } from "./obligation-names";
import type { Obligations } from "./permit";

const TRIGGERS: ReadonlySet<string> = new Set(FALLBACK_TRIGGERS);

/**
 * The first name in an obligation that this version does not know, as `field: name`; null when all are known. A permit may be
 * newer than whoever is to keep to it: a field more is refused where the bytes are read, a name more in a list is found here.
 * Evaluation checks are not looked at: whoever does not know one fails it.
 */
export function unknownObligation({ redact, responsePolicies, noFallbackOn }: Pick<Obligations, "redact" | "responsePolicies" | "noFallbackOn">): string | null {
  const kind = redact.find((name) => !Object.hasOwn(REDACTABLE, name));
  if (kind !== undefined) return `redact: ${kind}`;
  const policy = responsePolicies.find((name) => !Object.hasOwn(RESPONSE_POLICIES, name));
  if (policy !== undefined) return `responsePolicies: ${policy}`;
  const trigger = noFallbackOn.find((name) => !TRIGGERS.has(name));
  return trigger === undefined ? null : `noFallbackOn: ${trigger}`;
}
