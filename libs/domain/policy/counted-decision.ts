import type { Model } from "@leverframe/catalog";
import { countedState } from "@leverframe/permit";
import { isCountable } from "@leverframe/prompt";
import { decide, type PolicyAnswer } from "./decide";
import type { PolicySet } from "./policy-set";
import type { DecisionInput } from "./slots";

/** Tokens of the prompt at these models, by their ids; those that nobody can count are left out. */
export type CountPrompt = (models: readonly Model[]) => Promise<ReadonlyMap<string, number>>;

/**
 * The decision by the bound of bytes, or, where that bound shuts a candidate out, once more with the prompt counted at
 * its model. Counts depend on the prompt alone and stand on the permit as part of its state: so the same event still
 * yields the same permit (I6), and a replay, which has no prompt, decides the same.
 */
export async function decideCounted(set: PolicySet | null, input: DecisionInput, count: CountPrompt): Promise<PolicyAnswer> {
  const answer = decide(set, input);
  const models = set === null ? [] : shutOutBySize(set, answer, input);
  if (models.length === 0) return answer;
  const counts = await count(models);
  return counts.size === 0 ? answer : decide(set, { ...input, state: { ...input.state, ...countedState(counts) } });
}

function shutOutBySize({ catalog }: PolicySet, { excluded }: PolicyAnswer, { classification }: DecisionInput): readonly Model[] {
  const pictures = classification.capabilities.includes("vision");
  const models = new Map<string, Model>();
  for (const { candidate, cause } of excluded) {
    const model = cause === "context_too_small" ? catalog.byId.get(candidate)?.model : undefined;
    if (model && isCountable(model, pictures)) models.set(model.id, model);
  }
  return [...models.values()];
}
