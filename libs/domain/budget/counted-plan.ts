import { type Model, worstCaseWithin } from "@leverframe/catalog";
import type { NanoUsd } from "@leverframe/kernel";
import { imagesWithin, isCountable } from "@leverframe/prompt";
import { ABOVE_CEILING, type FundingPlan, inputTokensAt, type PlanDefaults, planFunding, type PlanInput } from "./plan";

/** Tokens of the prompt at these models, by their ids; those that nobody can count are left out. */
export type CountPrompt = (models: readonly Model[]) => Promise<ReadonlyMap<string, number>>;

/** What may be held without need for the seconds of a call before it is worth the milliseconds of a count: five cents, and one near a cap. */
const OVERESTIMATE_NANO_USD_MAX: NanoUsd = 50_000_000n;
const OVERESTIMATE_NEAR_CAP_NANO_USD_MAX: NanoUsd = 10_000_000n;
/** Texts have about four bytes a token. */
const BYTES_PER_TOKEN = 4;

/**
 * The plan by the bound of bytes, which costs nothing, or, where that bound decides something, by a count: it leaves a
 * candidate or its retries out, or it would hold cents too much, of which fewer matter near a cap. The same event is
 * planned alike whenever it is delivered, since all of this stands in the event and the catalog.
 */
export async function planCounted(input: PlanInput, defaults: PlanDefaults, nearCap: boolean, count: CountPrompt): Promise<FundingPlan> {
  const plan = planFunding(input, defaults);
  const models = worthCounting(plan, input, defaults, nearCap);
  if (models.length === 0) return plan;
  const counted = await count(models);
  return counted.size === 0 ? plan : planFunding({ ...input, inputTokens: new Map([...(input.inputTokens ?? []), ...counted]) }, defaults);
}

function worthCounting({ options, excluded }: FundingPlan, input: PlanInput, defaults: PlanDefaults, nearCap: boolean): readonly Model[] {
  const overestimateMax = nearCap ? OVERESTIMATE_NEAR_CAP_NANO_USD_MAX : OVERESTIMATE_NANO_USD_MAX;
  const pictures = imagesWithin(input.inputTokensMax) > 0;
  const models = new Map<string, Model>();
  for (const candidate of [input.choice, ...input.fallbacks]) {
    const deployment = input.catalog.byId.get(candidate);
    if (!deployment || input.inputTokens?.has(deployment.model.id) || !isCountable(deployment.model, pictures)) continue;
    const call = options[0]?.plan.find((planned) => planned.candidate === candidate);
    const leftOut = excluded.some((one) => one.candidate === candidate && one.cause.endsWith(ABOVE_CEILING));
    const decides = call ? call.attemptsMax < defaults.attemptsMax || overestimate(input, candidate, call) >= overestimateMax : leftOut;
    if (decides) models.set(deployment.model.id, deployment.model);
  }
  return [...models.values()];
}

/** About what bytes make the call hold above what tokens would. */
function overestimate(input: PlanInput, candidate: string, { attemptsMax, maxOutputTokens: outputTokensMax, worstCaseNanoUsd }: PlannedSize): NanoUsd {
  const held = BigInt(attemptsMax) * worstCaseNanoUsd;
  const deployment = input.catalog.byId.get(candidate);
  if (!deployment || held < OVERESTIMATE_NEAR_CAP_NANO_USD_MAX) return 0n;
  const inputTokensMax = Math.ceil(inputTokensAt(deployment, input) / BYTES_PER_TOKEN);
  const likely = worstCaseWithin(deployment, input.span, { inputTokensMax, outputTokensMax }) ?? worstCaseNanoUsd;
  return held - BigInt(attemptsMax) * likely;
}

type PlannedSize = Pick<FundingPlan["options"][number]["plan"][number], "attemptsMax" | "maxOutputTokens" | "worstCaseNanoUsd">;
