import { type Catalog, type Deployment, qualityOf } from "@leverframe/catalog";
import type { Classification, ExcludedCandidate, Round, Selection } from "@leverframe/events";
import type { NanoUsd } from "@leverframe/kernel";
import type { Permit } from "@leverframe/permit";
import { expectedCost } from "./expected-cost";
import { type Ladder, nextRung, rungOf } from "./ladder";
import { type SelectionHealth, shareOut } from "./share-out";
import { stageRollouts } from "./stage-rollouts";

export interface SelectionInput {
  readonly permit: Permit;
  readonly catalog: Catalog;
  readonly classification: Classification;
  /** Rounds that were not good enough, oldest first. */
  readonly earlier: readonly Round[];
  readonly outputTokensMax: number | null;
  /** Absent: every deployment is taken for well and idle. */
  readonly health?: SelectionHealth;
}

interface Scored {
  readonly deployment: Deployment;
  readonly preference: number;
  readonly quality: number;
  readonly cost: NanoUsd;
}

const FALLBACKS_MAX = 2;

/**
 * Chooses among the permitted candidates: by preference of the policy, then the cheapest expected, then catalog order,
 * of those that reach the quality floor. After an escalation only the next rung of the route's ladder is eligible, or,
 * without a ladder, what is better than every failed candidate. Deployments that are down are left out while another
 * one is not; the route's degradation ladder then says where to go, as it does for fallbacks. Among deployments of the
 * chosen model that are permitted alike, the model's distribution decides; where a new version is rolled out, it has
 * taken the old one's place before (`stageRollouts`). Null when nothing is eligible. Pure; every candidate that was left
 * out is named with its cause.
 */
export function select(input: SelectionInput): Selection | null {
  const { permit, excluded, replaced } = stageRollouts(input.permit, input.catalog, input.classification.taskType, input.health ?? null);
  const selection = choose({ ...input, permit }, [...excluded]);
  const old = selection === null ? undefined : replaced.get(selection.choice);
  return selection === null || old === undefined ? selection : asNewVersion(selection, old);
}

/** A new version falls back to the old one first: it is what is known to work. */
function asNewVersion(selection: Selection, old: string): Selection {
  const fallbacks = [old, ...selection.fallbacks].slice(0, FALLBACKS_MAX);
  return { ...selection, fallbacks, reason: `${selection.reason}; new version of \`${old}\`` };
}

function choose(input: SelectionInput, excluded: ExcludedCandidate[]): Selection | null {
  const scored = score(input, excluded);
  const { qualityFloor } = input.permit.obligations;
  const up = scored.filter(({ deployment: { id } }) => input.health?.bandOf(id) !== "down");
  // When all are down one of them may be well again by the time of the call, which asks once more.
  const eligible = up.length > 0 ? up : scored;
  const { ranked, meetsFloor } = ranking(eligible, qualityFloor);
  const stepped = steppedDown(scored, eligible, input);
  const [choice, ...others] = stepped ?? sharedOut(ranked, input);
  if (choice === undefined) return null;
  for (const { deployment } of scored) if (!eligible.some((one) => one.deployment === deployment)) excluded.push({ candidate: deployment.id, cause: "deployment_down" });
  for (const { deployment, quality } of meetsFloor ? eligible : [])
    if (quality < qualityFloor && deployment !== choice.deployment) excluded.push({ candidate: deployment.id, cause: "below_quality_floor" });
  const margin = choice.quality - qualityFloor;
  return {
    choice: choice.deployment.id,
    fallbacks: fallbackChain(choice, others, input.permit.degradation),
    strategy: stepped ? "degradation_ladder" : strategyOf(choice, ranked),
    reason: stepped ? `first of the degradation ladder that is not down, quality ${choice.quality.toFixed(2)}` : reasonFor(choice, input, choice.quality >= qualityFloor),
    confidence: Math.max(0, Math.min(1, input.classification.taskConfidence * (0.75 + margin))),
    expectedCostNanoUsd: choice.cost,
    expectedQuality: choice.quality,
    excluded,
  };
}

interface Ranking {
  readonly ranked: readonly Scored[];
  readonly meetsFloor: boolean;
}

/** When none reaches the floor, the best is the honest choice: refusing is the policy's business, not ours. */
function ranking(scored: readonly Scored[], qualityFloor: number): Ranking {
  const adequate = scored.filter(({ quality }) => quality >= qualityFloor);
  if (adequate.length > 0) return { ranked: adequate.sort(byPreferenceThenCost), meetsFloor: true };
  return { ranked: scored.toSorted((a, b) => b.quality - a.quality), meetsFloor: false };
}

/** Where the route's degradation ladder leads when the model that would have been chosen is down everywhere; null when it is not, or no rung holds another. */
function steppedDown(scored: readonly Scored[], eligible: readonly Scored[], { permit }: SelectionInput): readonly Scored[] | null {
  const { degradation, obligations } = permit;
  const [wanted] = ranking(scored, obligations.qualityFloor).ranked;
  if (degradation.length === 0 || !wanted || eligible.some(({ deployment }) => deployment.model.id === wanted.deployment.model.id)) return null;
  const best = ranking(eligible, obligations.qualityFloor).ranked;
  const pool = [...best, ...eligible.filter((one) => !best.includes(one)).sort((a, b) => b.quality - a.quality)];
  const stepped = pool.toSorted((a, b) => rungOf(degradation, a.deployment.id) - rungOf(degradation, b.deployment.id));
  const [first] = stepped;
  return first && rungOf(degradation, first.deployment.id) < degradation.length ? stepped : null;
}

/** The same ranking, in which the deployments of the best one's model that are permitted alike share their places out anew. */
function sharedOut(ranked: readonly Scored[], { permit, health }: SelectionInput): readonly Scored[] {
  const equals = equalsOf(ranked);
  if (equals.length < 2) return ranked;
  const shared = shareOut(equals, permit.requestId, health ?? null);
  return ranked.map((one) => (equals.includes(one) ? shared.shift()! : one));
}

function equalsOf(ranked: readonly Scored[]): readonly Scored[] {
  const [best] = ranked;
  return ranked.filter(({ deployment, preference }) => deployment.model.id === best?.deployment.model.id && preference === best.preference);
}

function strategyOf({ deployment }: Scored, ranked: readonly Scored[]): string {
  const strategy = deployment.model.distribution?.strategy ?? "cheapest";
  return strategy === "cheapest" || equalsOf(ranked).length < 2 ? "cheapest_adequate" : strategy;
}

/** Permitted candidates that are known and better than what has failed; the others go to `excluded`. */
function score(input: SelectionInput, excluded: ExcludedCandidate[]): Scored[] {
  const { permit, catalog, classification, earlier, outputTokensMax } = input;
  const failedQuality = earlier.reduce((worst, round) => Math.max(worst, qualityTried(round, input)), -1);
  const rung = earlier.length > 0 && permit.escalation.length > 0 ? nextRung(permit.escalation, new Set(earlier.flatMap(triedIn))) : null;
  const scored: Scored[] = [];
  for (const { id, preference } of permit.candidates) {
    const deployment = catalog.byId.get(id);
    if (deployment === undefined) {
      excluded.push({ candidate: id, cause: "not_in_catalog" });
      continue;
    }
    const quality = qualityOf(deployment.model, classification.taskType);
    // The gate has seen to it, by a catalog that this process may not have any more.
    const missing = classification.capabilities.find((capability) => !deployment.model.capabilities.includes(capability));
    if (missing !== undefined) excluded.push({ candidate: id, cause: `lacks:${missing}` });
    else if (rung !== null && !rung.includes(id)) excluded.push({ candidate: id, cause: "not_next_on_ladder" });
    else if (rung === null && quality <= failedQuality) excluded.push({ candidate: id, cause: "not_better_than_failed" });
    else scored.push({ deployment, preference, quality, cost: expectedCost(deployment, classification, outputTokensMax, permit.issuedAt) });
  }
  return scored;
}

/** The best expected quality that a round has really tried. */
function qualityTried(round: Round, { catalog, classification }: SelectionInput): number {
  let best = -1;
  for (const id of triedIn(round)) {
    const deployment = catalog.byId.get(id);
    if (deployment) best = Math.max(best, qualityOf(deployment.model, classification.taskType));
  }
  return best;
}

function triedIn({ selection, attempts }: Round): string[] {
  return [selection.choice, ...attempts.map(({ candidate }) => candidate)];
}

/** Sorting is stable, so what is equal here stays in catalog order. */
function byPreferenceThenCost(a: Scored, b: Scored): number {
  if (a.preference !== b.preference) return b.preference - a.preference;
  return a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : 0;
}

/** The degradation ladder's order where there is one; else the next best, the first of them at another provider where there is one: an outage rarely hits two at once. */
function fallbackChain(choice: Scored, others: readonly Scored[], ladder: Ladder): string[] {
  if (ladder.length > 0) {
    const stepped = others.toSorted((a, b) => rungOf(ladder, a.deployment.id) - rungOf(ladder, b.deployment.id));
    return stepped.slice(0, FALLBACKS_MAX).map(({ deployment }) => deployment.id);
  }
  const elsewhere = others.find((other) => other.deployment.provider.id !== choice.deployment.provider.id);
  const ordered = elsewhere ? [elsewhere, ...others.filter((other) => other !== elsewhere)] : others;
  return ordered.slice(0, FALLBACKS_MAX).map((other) => other.deployment.id);
}

function reasonFor(choice: Scored, { permit, classification, earlier }: SelectionInput, meetsFloor: boolean): string {
  const floor = permit.obligations.qualityFloor;
  const quality = choice.quality.toFixed(2);
  if (!meetsFloor) return `no permitted candidate reaches quality ${floor} at ${classification.taskType}; best is ${quality}`;
  const after = earlier.length > 0 ? `, better than ${earlier.length} failed` : "";
  const preferred = choice.preference > 0 ? "preferred by policy and " : "";
  return `${preferred}cheapest of those that reach quality ${floor} at ${classification.taskType} (${quality})${after}`;
}
