import { brokenCap, type Catalog, type Deployment, partitionLabels, pricesWithin, type TimeSpan, worstCaseWithin } from "@leverframe/catalog";
import type { ExcludedCandidate, Funding, PlannedCall } from "@leverframe/events";
import { formatUsd, type MicroUsd, type NanoUsd, toMicroUsd } from "@leverframe/kernel";
import type { Obligations, PermittedCandidate } from "@leverframe/permit";
import { imagesWithin } from "@leverframe/prompt";
import type { AccountRef, AmountLine, Unit } from "./ledger-store";

/** What a plan is made from, all of it carried by the event, the catalog or the configuration. */
export interface PlanInput {
  readonly choice: string;
  readonly fallbacks: readonly string[];
  readonly candidates: readonly PermittedCandidate[];
  readonly obligations: Pick<Obligations, "outputTokensMax" | "costNanoUsdMax">;
  readonly catalog: Catalog;
  /** From the arrival to the deadline: calls start within it, at whatever price holds then. */
  readonly span: TimeSpan;
  /** Upper bound of the prompt's tokens for any model. */
  readonly inputTokensMax: number;
  /** The same for some models, by their ids, where somebody counted. */
  readonly inputTokens?: ReadonlyMap<string, number>;
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
  /** What each call of the plan takes, all its attempts together. */
  readonly shares: readonly CallShare[];
}

/** What one planned call takes of the accounts that it belongs to. */
export interface CallShare {
  /** `provider:openai`, `tier:premium`, `tag:eu`. */
  readonly labels: readonly string[];
  readonly amountMicroUsd: MicroUsd;
  readonly tokens: number;
}

/** How the cause ends of whoever is left out for the cost ceiling. */
export const ABOVE_CEILING = "above the cost ceiling";

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
    if (ceiling !== null && totalNanoUsd(plan) > ceiling) continue;
    options.push({ plan, amountMicroUsd: amountOf(plan), shares: plan.map((call) => shareOfCall(call, input)) });
  }
  const planned = new Set(options[0]?.plan);
  for (const call of calls) {
    if (planned.has(call)) continue;
    excluded.push({ candidate: call.candidate, cause: `with the rest of the chain ${ABOVE_CEILING}` });
  }
  return { options, excluded };
}

/** The labels of every call that some option makes: the accounts to ask for. */
export function labelsOf({ options }: FundingPlan): readonly string[] {
  return [...new Set(options[0]?.shares.flatMap(({ labels }) => labels))];
}

/**
 * With further options for accounts of which the dearest call need not take the most: the chain without each partition
 * that has one, then every call alone. A partition that is used up then costs the plan its own calls, not everybody else's.
 */
export function withAlternatives(funding: FundingPlan, accounts: readonly AccountRef[]): FundingPlan {
  const [whole] = funding.options;
  const partitions = new Set(accounts.flatMap(({ only, hard }) => (hard && only !== null ? only : [])));
  const counted = accounts.some(({ unit, hard }) => hard && unit === "tokens");
  if (!whole || (partitions.size === 0 && !counted)) return funding;
  const options = new Map(funding.options.map((option) => [nameOf(option), option]));
  const offer = (wanted: (share: CallShare, index: number) => boolean) => {
    const kept = whole.plan.flatMap((call, index) => {
      const share = whole.shares[index];
      return share && wanted(share, index) ? [{ call, share }] : [];
    });
    if (kept.length === 0 || options.size >= OPTIONS_MAX) return;
    const [plan, shares] = [kept.map(({ call }) => call), kept.map(({ share }) => share)];
    const option = { plan, shares, amountMicroUsd: amountOf(plan) };
    if (!options.has(nameOf(option))) options.set(nameOf(option), option);
  };
  for (const partition of partitions) offer(({ labels }) => !labels.includes(partition));
  whole.plan.forEach((_, only) => offer((_share, index) => index === only));
  return { ...funding, options: [...options.values()] };
}

const OPTIONS_MAX = 64;
const nameOf = ({ plan }: FundingOption): string => plan.map(({ candidate }) => candidate).join("\n");

/** What the accounts take that are not in dollars of every call: one line for each unit and label among them. */
export function linesOf({ options }: FundingPlan, accounts: readonly AccountRef[]): readonly AmountLine[] {
  const lines = new Map<string, AmountLine>();
  for (const { unit, only } of accounts) {
    if (unit === "usd" && only === null) continue;
    const name = `${unit} ${only}`;
    if (!lines.has(name)) lines.set(name, { unit, only, amounts: options.map(({ shares }) => amountIn(unit, only, shares)) });
  }
  return [...lines.values()];
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
  const prices = pricesWithin(deployment, input.span);
  if (!prices) return { candidate, cause: "its price is not known until the deadline" };
  if (prices.some((price) => brokenCap(price, permitted) !== null)) return { candidate, cause: "dearer than the permit allows" };
  const inputTokensMax = inputTokensAt(deployment, input);
  const maxOutputTokens = outputTokensOf(deployment, inputTokensMax, input, defaults);
  if (maxOutputTokens < 1) return { candidate, cause: `its context of ${deployment.model.contextTokensMax} tokens is too small` };
  const bounds = { inputTokensMax, outputTokensMax: maxOutputTokens, imagesMax: imagesWithin(input.inputTokensMax) };
  const worstCaseNanoUsd = worstCaseWithin(deployment, input.span, bounds) ?? 0n;
  const attemptsMax = attemptsWithin(worstCaseNanoUsd, ceilingOf(input), defaults.attemptsMax);
  if (attemptsMax === 0) {
    return { candidate, cause: `worst case ${formatUsd(worstCaseNanoUsd)} is ${ABOVE_CEILING}` };
  }
  return { candidate, maxOutputTokens, attemptsMax, worstCaseNanoUsd };
}

/** Upper bound of the prompt's tokens at this deployment's model. */
export const inputTokensAt = ({ model }: Deployment, { inputTokens, inputTokensMax }: PlanInput): number =>
  Math.min(inputTokens?.get(model.id) ?? Infinity, inputTokensMax);

/** Less than one: the prompt leaves no room for what is asked. Where nothing is asked, what is left has to do. */
function outputTokensOf({ model }: Deployment, inputTokensMax: number, input: PlanInput, defaults: PlanDefaults): number {
  const asked = input.maxOutputTokens ?? defaults.outputTokensDefault;
  const obliged = input.obligations.outputTokensMax ?? Infinity;
  const wanted = Math.max(1, Math.min(asked, obliged, model.outputTokensMax));
  const room = model.contextTokensMax - inputTokensMax;
  return input.maxOutputTokens !== null && wanted > room ? 0 : Math.min(wanted, room);
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

function amountIn(unit: Unit, only: string | null, shares: readonly CallShare[]): number {
  // A request is one whatever it calls.
  if (unit === "requests") return 1;
  const charged = only === null ? shares : shares.filter(({ labels }) => labels.includes(only));
  return charged.reduce((sum, { amountMicroUsd, tokens }) => sum + (unit === "usd" ? amountMicroUsd : tokens), 0);
}

function shareOfCall(call: PlannedCall, { catalog, inputTokensMax }: PlanInput): CallShare {
  const deployment = catalog.byId.get(call.candidate);
  return {
    labels: deployment ? partitionLabels(deployment) : [],
    amountMicroUsd: callAmount(call),
    tokens: call.attemptsMax * (inputTokensMax + call.maxOutputTokens),
  };
}

function callAmount({ attemptsMax, worstCaseNanoUsd }: PlannedCall): MicroUsd {
  return attemptsMax * toMicroUsd(worstCaseNanoUsd);
}

function totalNanoUsd(plan: readonly PlannedCall[]): NanoUsd {
  return plan.reduce((sum, { attemptsMax, worstCaseNanoUsd }) => sum + BigInt(attemptsMax) * worstCaseNanoUsd, 0n);
}
