import { type Catalog, type Deployment, worstCaseOf } from "@leverframe/catalog";
import type { ExcludedCandidate, Funding, PlannedCall } from "@leverframe/events";
import { formatUsd, type MicroUsd, type NanoUsd, toMicroUsd } from "@leverframe/kernel";
import type { Obligations, PermittedCandidate } from "@leverframe/permit";
import type { AccountRef } from "./ledger-store";

/** What a plan is made from, all of it carried by the event, the catalog or the configuration. */
export interface PlanInput {
  readonly choice: string;
  readonly fallbacks: readonly string[];
  readonly candidates: readonly PermittedCandidate[];
  readonly obligations: Pick<Obligations, "outputTokensMax" | "costNanoUsdMax">;
  readonly catalog: Catalog;
  /** Upper bound of the prompt's tokens for any model. */
  readonly inputTokensMax: number;
  /** What the request asks for; null: the default. */
  readonly maxOutputTokens: number | null;
  /** Worst case of the earlier rounds of the request, or what they cost: it counts towards the cost ceiling. */
  readonly spentNanoUsd: NanoUsd;
}

export interface PlanDefaults {
  readonly outputTokensDefault: number;
  /** Calls of one candidate, retries included. */
  readonly attemptsMax: number;
}

/** One way to pay for the request: the calls in the order in which they are tried, and what they cost at worst. */
export interface FundingOption {
  readonly plan: readonly PlannedCall[];
  /** Σ attemptsMax × worst case, each rounded up to a whole micro-dollar. */
  readonly amountMicroUsd: MicroUsd;
}

/** Why a candidate that the permit does not name is left out. */
export const NOT_PERMITTED = "not in the permit";

/** Dearest option first. No option: nothing of the chain may be called, `excluded` says why. */
export interface FundingPlan {
  readonly options: readonly FundingOption[];
  readonly excluded: readonly ExcludedCandidate[];
}

/**
 * The ways to pay for a selection. The first carries the whole chain; each further one leaves out the dearest
 * candidate of the one before and keeps the order, down to the cheapest alone. Amounts never rise along the list,
 * so a store that takes the first that fits takes the longest chain that is affordable.
 */
export function planFunding(input: PlanInput, defaults: PlanDefaults): FundingPlan {
  const excluded: ExcludedCandidate[] = [];
  const calls: PlannedCall[] = [];
  for (const candidate of new Set([input.choice, ...input.fallbacks])) {
    const call = planCall(candidate, input, defaults);
    if ("cause" in call) excluded.push(call);
    else calls.push(call);
  }
  const ceiling = ceilingOf(input);
  const options: FundingOption[] = [];
  for (let plan = calls; plan.length > 0; plan = withoutDearest(plan)) {
    if (ceiling === null || totalNanoUsd(plan) <= ceiling) options.push({ plan, amountMicroUsd: amountOf(plan) });
  }
  const planned = new Set(options[0]?.plan);
  for (const call of calls) {
    if (planned.has(call)) continue;
    excluded.push({ candidate: call.candidate, cause: "with the rest of the chain above the cost ceiling" });
  }
  return { options, excluded };
}

/** What a reservation of these calls takes, in micro-dollars. */
export function amountOf(plan: readonly PlannedCall[]): MicroUsd {
  return plan.reduce((sum, call) => sum + callAmount(call), 0);
}

/** The funding that travels on the event, for the option that the store could reserve. */
export function fundingOf(
  reservationId: string,
  funding: FundingPlan,
  option: number,
  accounts: readonly AccountRef[],
): Funding {
  const chosen = funding.options[option];
  if (!chosen) throw new RangeError(`option \`${option}\` of ${funding.options.length} does not exist`);
  const funded = new Set(chosen.plan.map(({ candidate }) => candidate));
  const unaffordable = (funding.options[0]?.plan ?? [])
    .filter(({ candidate }) => !funded.has(candidate))
    .map((call) => {
      const cost = formatUsd(BigInt(callAmount(call)) * 1_000n);
      return { candidate: call.candidate, cause: `worst case ${cost} does not fit the budget together with the rest` };
    });
  return {
    reservationId,
    reservedNanoUsd: BigInt(chosen.amountMicroUsd) * 1_000n,
    plan: chosen.plan,
    scopes: [...new Set(accounts.map(({ scope }) => scope))],
    unaffordable: [...funding.excluded, ...unaffordable],
  };
}

function planCall(candidate: string, input: PlanInput, defaults: PlanDefaults): PlannedCall | ExcludedCandidate {
  const permitted = input.candidates.find(({ id }) => id === candidate);
  if (!permitted) return { candidate, cause: NOT_PERMITTED };
  const deployment = input.catalog.byId.get(candidate);
  if (!deployment) return { candidate, cause: `not in catalog \`${input.catalog.version}\`` };
  const { price } = deployment;
  if (price.inputNanoUsd > permitted.inputNanoUsdMax || price.outputNanoUsd > permitted.outputNanoUsdMax) {
    return { candidate, cause: "dearer than the permit allows" };
  }
  const maxOutputTokens = outputTokensOf(deployment, input, defaults);
  const worstCaseNanoUsd = worstCaseOf(input.inputTokensMax, maxOutputTokens, price);
  const attemptsMax = attemptsWithin(worstCaseNanoUsd, ceilingOf(input), defaults.attemptsMax);
  if (attemptsMax === 0) {
    return { candidate, cause: `worst case ${formatUsd(worstCaseNanoUsd)} is above the cost ceiling` };
  }
  return { candidate, maxOutputTokens, attemptsMax, worstCaseNanoUsd };
}

function outputTokensOf(deployment: Deployment, input: PlanInput, defaults: PlanDefaults): number {
  const asked = input.maxOutputTokens ?? defaults.outputTokensDefault;
  const obliged = input.obligations.outputTokensMax ?? Infinity;
  return Math.max(1, Math.min(asked, obliged, deployment.model.outputTokensMax));
}

/** What this round may cost at worst; null when no rule set a ceiling. */
function ceilingOf({ obligations, spentNanoUsd }: PlanInput): NanoUsd | null {
  return obligations.costNanoUsdMax === null ? null : obligations.costNanoUsdMax - spentNanoUsd;
}

/** Retries are given up before a candidate is: as many attempts as the ceiling pays for. */
function attemptsWithin(worstCaseNanoUsd: NanoUsd, ceiling: NanoUsd | null, attemptsMax: number): number {
  let attempts = attemptsMax;
  while (attempts > 0 && ceiling !== null && BigInt(attempts) * worstCaseNanoUsd > ceiling) attempts--;
  return attempts;
}

function withoutDearest(plan: readonly PlannedCall[]): PlannedCall[] {
  let dearest = 0;
  plan.forEach((call, index) => {
    // Of equals the later one goes: it is the less wanted.
    if (callAmount(call) >= callAmount(plan[dearest] ?? call)) dearest = index;
  });
  return plan.filter((_, index) => index !== dearest);
}

function callAmount({ attemptsMax, worstCaseNanoUsd }: PlannedCall): MicroUsd {
  return attemptsMax * toMicroUsd(worstCaseNanoUsd);
}

function totalNanoUsd(plan: readonly PlannedCall[]): NanoUsd {
  return plan.reduce((sum, { attemptsMax, worstCaseNanoUsd }) => sum + BigInt(attemptsMax) * worstCaseNanoUsd, 0n);
}
