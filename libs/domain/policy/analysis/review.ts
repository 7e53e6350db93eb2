import type { PolicySet } from "../policy-set";
import { type Change, diff, type Difference } from "./diff";
import { type Merge, type Node, NO } from "./diagram";
import { structuralQuestions } from "./review-structure";
import { boxesOf, boxText } from "./region";
import { careFor, type Witness, witnessOf } from "./witness";

export const REVIEW_TOPICS = ["sensitive_path", "regulated_route", "weaker_obligation", "lower_floor", "higher_cost", "new_refusal", "structure"] as const;
export type ReviewTopic = (typeof REVIEW_TOPICS)[number];

/** What whoever reviews a change of policy should ask its author. */
export interface ReviewQuestion {
  readonly topic: ReviewTopic;
  readonly question: string;
  /** Null where the question is not about requests. */
  readonly witness: Witness | null;
  readonly rules: readonly string[];
}

export interface Review {
  readonly difference: Difference;
  readonly questions: readonly ReviewQuestion[];
}

const FLOORS: readonly string[] = ["qualityFloor", "checks", "humanReview"];

/** The questions about the step from one set to another, the gravest first. */
export function review(before: PolicySet, after: PolicySet): Review {
  const difference = diff(before, after);
  const questions = [
    ...sensitivePaths(difference),
    ...regulatedRoutes(difference),
    ...obligations(difference),
    ...dearer(difference),
    ...newRefusals(difference),
    ...structuralQuestions(before, after),
  ];
  const order = (topic: ReviewTopic): number => REVIEW_TOPICS.indexOf(topic);
  return { difference, questions: questions.sort((a, b) => order(a.topic) - order(b.topic)) };
}

/** Where what is sensitive may go: high and regulated risk, and signals of protected data at any risk class. */
function sensitive({ space, after }: Difference): Node {
  const d = space.diagrams;
  const parts = space.variables.flatMap(({ facet, classes }, variable) => {
    if (facet.key === "classification.riskClass") return d.within(variable, (value) => (classes[value] ?? []).some((one) => SENSITIVE_RISKS.includes(facet.values[one]?.shown ?? "")));
    const [, signal] = /^set classification\.riskSignals (.+)$/.exec(facet.key) ?? [];
    return signal !== undefined && SENSITIVE_SIGNALS.includes(signal) ? d.within(variable, (value) => value === 1) : [];
  });
  const anyRisk = space.variables.some(({ facet }) => facet.key === "classification.riskClass");
  // Where no rule asks for the risk class, sensitive requests are like all others.
  return d.and(anyRisk ? d.any(parts) : after.routed, space.reach);
}

const SENSITIVE_RISKS = ["high", "regulated"];
const SENSITIVE_SIGNALS = ["phi", "mnpi", "secret", "pii_identity", "pii_financial"];

function sensitivePaths(difference: Difference): ReviewQuestion[] {
  const { space, before, after } = difference;
  const d = space.diagrams;
  const here = sensitive(difference);
  return difference.changes.filter(({ kind }) => kind === "permitted").flatMap((change) => {
    const opened = d.and(here, d.any(change.candidates.map((id) => d.minus(after.permitted.get(id) ?? NO, before.permitted.get(id) ?? NO))));
    if (opened === NO) return [];
    const question = `sensitive data may now go to ${change.candidates.join(", ")}: ${textOf(difference, opened)}. Is it meant to?`;
    return { topic: "sensitive_path", question, witness: witnessOf(space, opened, after.answered), rules: change.rules };
  });
}

function regulatedRoutes(difference: Difference): ReviewQuestion[] {
  const { space, changed, changes, after, before } = difference;
  const d = space.diagrams;
  const variable = space.variables.findIndex(({ facet }) => facet.key === "classification.riskClass");
  if (variable < 0) return [];
  const { facet, classes } = space.variables[variable] as (typeof space.variables)[number];
  const regulated = d.within(variable, (value) => (classes[value] ?? []).some((one) => facet.values[one]?.shown === "regulated"));
  const touched = d.and(changed, regulated);
  if (touched === NO) return [];
  const rules = [...new Set(changes.flatMap((change) => change.rules))];
  return [{ topic: "regulated_route", question: `regulated requests are answered differently: ${textOf(difference, touched)}. Did compliance agree?`, witness: witnessOf(space, touched, d.or(before.answered, after.answered)), rules }];
}

function obligations({ changes }: Difference): ReviewQuestion[] {
  return changes.filter(({ kind, weaker }) => kind === "obligation" && weaker).map((change) => ({
    topic: FLOORS.includes(change.field ?? "") ? "lower_floor" : "weaker_obligation",
    question: `obligation \`${change.field}\` becomes weaker, from ${change.from || "nothing"} to ${change.to || "nothing"}: ${whereText(change)}. Who accepts that?`,
    witness: change.witness,
    rules: change.rules,
  }));
}

const LESS: Merge = { at: (a, b) => (a !== 0 && b !== 0 && a < b ? 1 : 0) };
/** Tokens of a usual request, to compare what candidates cost. */
const USUAL = { input: 1_000n, output: 400n };

/** Where the cheapest candidate that is left costs more than before. Preferences and quality decide later; this is the least it can cost. */
function dearer(difference: Difference): ReviewQuestion[] {
  const { space, before, after, changes } = difference;
  const d = space.diagrams;
  const costs = (set: PolicySet) => set.catalog.deployments.map(({ id, price }) => ({ id, cost: price.inputNanoUsd * USUAL.input + price.outputNanoUsd * USUAL.output }));
  const ranks = [...new Set([...costs(before.set), ...costs(after.set)].map(({ cost }) => cost))].sort((a, b) => (a < b ? -1 : 1));
  const cheapest = (meaning: typeof before): Node => {
    const dearestFirst = costs(meaning.set).sort((a, b) => (a.cost < b.cost ? 1 : -1));
    return dearestFirst.reduce((node, { id, cost }) => {
      const rank = ranks.indexOf(cost) + 1;
      return d.merge(rankMerge(rank), node, meaning.permitted.get(id) ?? NO);
    }, NO);
  };
  const where = d.and(space.known, d.merge(LESS, cheapest(before), cheapest(after)));
  if (where === NO) return [];
  const rules = [...new Set(changes.filter(({ kind }) => kind === "forbidden").flatMap((change) => change.rules))];
  return [{ topic: "higher_cost", question: `the cheapest permitted model becomes dearer: ${textOf(difference, where)}. Is the budget ready for it?`, witness: witnessOf(space, where, after.answered), rules }];
}

const rankMerges = new Map<number, Merge>();
function rankMerge(rank: number): Merge {
  const merge = rankMerges.get(rank) ?? { at: (kept: number, permitted: number) => (permitted === 1 ? rank : kept) };
  rankMerges.set(rank, merge);
  return merge;
}

function newRefusals(difference: Difference): ReviewQuestion[] {
  const { space, before, after, changes } = difference;
  const d = space.diagrams;
  const refused = d.minus(d.and(space.known, before.answered), after.answered);
  if (refused === NO) return [];
  const rules = [...new Set(changes.filter(({ kind }) => kind === "forbidden").flatMap((change) => change.rules))];
  return [{ topic: "new_refusal", question: `requests that were answered are now refused: ${textOf(difference, refused)}. Do those who send them know?`, witness: witnessOf(space, refused, before.answered), rules }];
}

function textOf({ space, before, after }: Difference, region: Node): string {
  const care = space.diagrams.or(before.answered, after.answered);
  const { boxes, complete } = boxesOf(space, region, 2, careFor(space, region, care));
  return boxes.map(boxText).join("; or ") + (complete ? "" : "; or others");
}

function whereText({ where, complete }: Change): string {
  return where.slice(0, 2).map(boxText).join("; or ") + (complete && where.length <= 2 ? "" : "; or others");
}
