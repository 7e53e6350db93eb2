import { type Deployment, pricesWithin } from "@leverframe/catalog";
import { countedInputTokens } from "@leverframe/permit";
import type { CompiledRule } from "./compiled-rules";
import type { DecisionInput } from "./slots";

/**
 * For each deployment in catalog order: null when it is permitted, else the first cause why it is not, in this order:
 * `lacks:<capability>`, `context_too_small`, `no_price`, `forbid:<rule>`, `require:<rule>` (of several rules the first id),
 * `not_allowed`.
 */
export type Causes = readonly (string | null)[];

/** Room for an answer when the request names no maximum: a candidate with less context left is no use. */
export const OUTPUT_TOKENS_ASSUMED = 1_024;

/** permitted = ∪ allow, ∩ every fired require, − every fired forbid, of the deployments that can do it at all. */
export function judgeCandidates(
  deployments: readonly Deployment[],
  enforced: readonly CompiledRule[],
  input: DecisionInput,
  outputTokensMax: number | null,
): Causes {
  const wanted = Math.min(input.request.maxOutputTokens ?? OUTPUT_TOKENS_ASSUMED, outputTokensMax ?? Infinity);
  const causes: (string | null)[] = deployments.map((deployment) => misfit(deployment, input, wanted));
  for (const { effect, matches, id } of enforced) if (effect === "forbid") exclude(causes, matches, 1, "forbid:", id);
  for (const { effect, matches, id } of enforced) if (effect === "require") exclude(causes, matches, 0, "require:", id);
  const allows = enforced.filter(({ effect }) => effect === "allow");
  for (let index = 0; index < causes.length; index++) {
    if (causes[index] === null && !allows.some(({ matches }) => matches[index] === 1)) causes[index] = "not_allowed";
  }
  return causes;
}

function exclude(causes: (string | null)[], matches: Uint8Array, when: 0 | 1, effect: string, rule: string): void {
  for (let index = 0; index < causes.length; index++) {
    if (causes[index] === null && matches[index] === when) causes[index] = effect + rule;
  }
}

/** Why the deployment cannot serve the request whatever the rules say; null when it can. Token counts are upper bounds. */
function misfit(deployment: Deployment, input: DecisionInput, outputTokens: number): string | null {
  const { model } = deployment;
  const { classification, origin } = input;
  for (const capability of classification.capabilities) {
    if (!model.capabilities.includes(capability)) return `lacks:${capability}`;
  }
  const room = model.contextTokensMax - Math.min(outputTokens, model.outputTokensMax);
  if (classification.inputTokensMax > room && (countedInputTokens(input.state, model.id) ?? Infinity) > room) return "context_too_small";
  // What nobody can price nobody can reserve.
  const span = { fromMicros: origin.receivedAt, untilMicros: origin.deadlineAt };
  return pricesWithin(deployment, span) === null ? "no_price" : null;
}

/** Fired requires that no candidate of the catalog can satisfy together: a pair where there is one, else all; or none. */
export function conflictOf(enforced: readonly CompiledRule[]): readonly CompiledRule[] {
  const requires = enforced.filter(({ effect }) => effect === "require");
  if (requires.length < 2 || satisfiable(requires)) return [];
  for (let i = 0; i < requires.length; i++) {
    for (let j = i + 1; j < requires.length; j++) {
      const pair = [requires[i], requires[j]] as CompiledRule[];
      if (!satisfiable(pair)) return pair;
    }
  }
  return requires;
}

function satisfiable(requires: readonly CompiledRule[]): boolean {
  return requires[0]?.matches.some((_, index) => requires.every(({ matches }) => matches[index] === 1)) ?? true;
}
