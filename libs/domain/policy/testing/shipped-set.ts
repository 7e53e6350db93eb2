import { compilePolicySet, formatPolicyError, type PolicySet } from "../index";
import { readPolicyFolder } from "./policy-folder";
import { digest } from "./small-set";

/** The evaluation checks that exist; the room that holds them is another. */
export const CHECK_NAMES_SHIPPED = ["non_empty", "not_refused", "complete", "json_schema", "required_sections"];

/** The repository's own policies, compiled; throws with every error when they are not valid. */
export function shippedSet(checkNames: readonly string[] = CHECK_NAMES_SHIPPED): PolicySet {
  const { ok, errors } = compilePolicySet(readPolicyFolder("policies"), digest, { checkNames });
  if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
  return ok;
}
