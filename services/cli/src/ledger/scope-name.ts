import { nearestName } from "@leverframe/nest";
import { SCOPE_KINDS } from "@leverframe/policy";
import { Misuse } from "../misuse";

const TYPO_DISTANCE_MAX = 3;

/** A scope, or how scopes begin, on the command line; `Misuse` when none can begin so: `depatment:acme/Sales`. */
export function checkScope(text: string): void {
  const colon = text.indexOf(":");
  const kind = colon < 0 ? text : text.slice(0, colon);
  if (SCOPE_KINDS.some((known) => (colon < 0 ? known.startsWith(kind) : known === kind))) return;
  throw new Misuse(`scope is \`${text}\`, expected one such as \`department:acme/Sales\`, of ${SCOPE_KINDS.join(", ")}${hintOf(kind, SCOPE_KINDS, (name) => text.replace(kind, name))}`);
}

/** What is said when nothing is in this scope: the one that was probably meant. */
export const scopeHint = (text: string, known: readonly string[]): string => hintOf(text, [...new Set(known)], (name) => name);

function hintOf(text: string, known: readonly string[], said: (name: string) => string): string {
  const nearest = nearestName(text, known);
  return nearest === null || nearest.distance === 0 || nearest.distance > TYPO_DISTANCE_MAX ? "" : `; did you mean \`${said(nearest.name)}\`?`;
}
