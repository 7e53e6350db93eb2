import { capsOf, pricesWithin } from "@leverframe/catalog";
import type { ExcludedCandidate, Refusal } from "@leverframe/events";
import { concludeTerms, mergeTerms, type ObligationTerms, type Permit, type PermittedCandidate } from "@leverframe/permit";
import { type Causes, conflictOf, judgeCandidates } from "./candidates";
import type { CompiledRule } from "./compiled-rules";
import { chooseRoute } from "./choose-route";
import { deprecation, type Observation, observe } from "./observations";
import type { PolicySet } from "./policy-set";
import { noCandidateMessage, conflictMessage } from "./refusal-message";
import type { Route, Rung } from "./routes";
import type { DecisionInput } from "./slots";

export type PolicyRefusalCode =
  | "no_permitted_candidate"
  | "conflicting_requirements"
  | "unknown_route"
  | "route_not_permitted"
  | "policy_error"
  | "policy_unavailable";

interface Answer {
  /** Null when the request was refused before a route was found. */
  readonly route: string | null;
  /** Ids of the enforced rules that fired, sorted. */
  readonly rules: readonly string[];
  /** Candidates that are not permitted, in catalog order, each with its first cause. */
  readonly excluded: readonly ExcludedCandidate[];
  /** What rules in another mode than enforce would have done. */
  readonly observations: readonly Observation[];
  /** Errors of the evaluation itself; any of them denies. */
  readonly errors: readonly string[];
  /** Empty when there is no policy. */
  readonly policyVersion: string;
  readonly catalogVersion: string;
}

/** One value: the decision, what determined it, and what went wrong. Exactly one of `permit` and `refusal` is there. */
export type PolicyAnswer = Answer &
  (
    | { readonly permit: Permit; readonly refusal: null }
    | { readonly permit: null; readonly refusal: Refusal & { readonly code: PolicyRefusalCode } }
  );

/** Clocks of the gate's and the executor's machine may differ by this much; the deadline itself is checked apart. */
export const PERMIT_GRACE_MICROS = 60_000_000;

/**
 * What may happen to a request. Pure and the same for every order of rules; its times come from the event, so the same
 * event under the same versions yields the same permit (I6). No policy, or an error while evaluating it, refuses.
 */
export function decide(set: PolicySet | null, input: DecisionInput): PolicyAnswer {
  if (set === null) return refuse(null, "policy_unavailable", "no valid policy is loaded, so nothing is permitted");
  try {
    return weigh(set, input);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : String(thrown);
    return { ...refuse(set, "policy_error", "the policy could not be evaluated, so nothing is permitted"), errors: [error] };
  }
}

function weigh(set: PolicySet, input: DecisionInput): PolicyAnswer {
  const { origin, classification } = input;
  const choice = chooseRoute(set.routes, { named: input.request.route, origin, classification, facts: set.facts });
  if (choice.refused) return refuse(set, choice.refused.code, choice.refused.message);
  const { route } = choice;
  const slots = new Uint16Array(set.index.slots.size);
  set.index.slots.fill(slots, input, route.name);
  const fired = set.index.fire(slots);
  const enforced = fired.filter(({ mode }) => mode === "enforce");
  const terms = obligationsOf(route, enforced);
  const causes = judgeCandidates(set.catalog.deployments, enforced, input, terms.outputTokensMax);
  const observed = fired.length === enforced.length ? NOTHING : observe(fired, causes, set.catalog.deployments);
  const observations = route.lifecycle === "deprecated" ? [...observed, deprecation(route)] : observed;
  const answer: Answer = {
    route: route.name,
    rules: enforced.map(({ id }) => id),
    excluded: excludedOf(set, causes),
    observations,
    errors: NOTHING,
    policyVersion: set.version,
    catalogVersion: set.catalog.version,
  };
  if (answer.excluded.length === causes.length) return refuseAll(set, answer, enforced);
  return { ...answer, permit: permitOf(set, input, { route, answer, enforced, causes, terms }), refusal: null };
}

const NOTHING: readonly never[] = [];

function obligationsOf(route: Route, enforced: readonly CompiledRule[]): ObligationTerms {
  let terms = route.terms;
  for (const rule of enforced) if (rule.terms) terms = mergeTerms(terms, rule.terms);
  return terms;
}

function excludedOf(set: PolicySet, causes: Causes): ExcludedCandidate[] {
  const excluded: ExcludedCandidate[] = [];
  set.catalog.deployments.forEach(({ id }, index) => {
    const cause = causes[index];
    if (typeof cause === "string") excluded.push({ candidate: id, cause });
  });
  return excluded;
}

interface Weighed {
  readonly route: Route;
  readonly answer: Answer;
  readonly enforced: readonly CompiledRule[];
  readonly causes: Causes;
  readonly terms: ObligationTerms;
}

function permitOf(set: PolicySet, input: DecisionInput, { route, answer, enforced, causes, terms }: Weighed): Permit {
  const { requestId, origin } = input;
  return {
    // Two policies may permit differently, and then their permits are different ones.
    permitId: `${requestId}.permit.${set.version.slice(0, 12)}`,
    requestId,
    tenant: origin.tenant,
    application: origin.application,
    department: origin.department,
    requestDigest: origin.requestDigest,
    route: answer.route,
    candidates: candidatesOf(set, input, enforced, causes),
    escalation: rungsOf(set, route.escalation, causes),
    degradation: rungsOf(set, route.degradation, causes),
    obligations: concludeTerms(terms),
    rules: answer.rules,
    observed: answer.observations.map(({ mode, rule }) => `${mode}:${rule}`).sort(),
    state: set.index.slots.stateOf(input),
    policyVersion: set.version,
    catalogVersion: set.catalog.version,
    issuedAt: origin.receivedAt,
    expiresAt: origin.deadlineAt + PERMIT_GRACE_MICROS,
  };
}

/** The permitted candidates on each rung, in catalog order; rungs that nobody is left on fall away. */
function rungsOf({ catalog: { deployments } }: PolicySet, ladder: readonly Rung[], causes: Causes): readonly (readonly string[])[] {
  if (ladder.length === 0) return NOTHING;
  const rungs = ladder.map(({ matches }) => deployments.filter((_, index) => matches[index] === 1 && causes[index] === null).map(({ id }) => id));
  return rungs.filter((rung) => rung.length > 0);
}

/** The caps are the dearest of the prices that may hold between arrival and deadline: both stand in the event (I6). */
function candidatesOf(set: PolicySet, { origin }: DecisionInput, enforced: readonly CompiledRule[], causes: Causes): PermittedCandidate[] {
  const prefers = enforced.filter(({ effect }) => effect === "prefer");
  const span = { fromMicros: origin.receivedAt, untilMicros: origin.deadlineAt };
  const candidates: PermittedCandidate[] = [];
  set.catalog.deployments.forEach((deployment, index) => {
    if (causes[index] !== null) return;
    let preference = 0;
    for (const { matches } of prefers) preference += matches[index] === 1 ? 1 : -1;
    const { id, region } = deployment;
    const { inputNanoUsdMax, outputNanoUsdMax, requestNanoUsdMax, imageNanoUsdMax } = capsOf(pricesWithin(deployment, span) ?? []);
    candidates.push({
      id,
      region,
      inputNanoUsdMax,
      outputNanoUsdMax,
      ...(requestNanoUsdMax > 0n ? { requestNanoUsdMax } : {}),
      ...(imageNanoUsdMax > 0n ? { imageNanoUsdMax } : {}),
      preference,
    });
  });
  return candidates;
}

function refuseAll(set: PolicySet, answer: Answer, enforced: readonly CompiledRule[]): PolicyAnswer {
  const conflict = conflictOf(enforced);
  if (conflict.length > 0) {
    const rules = conflict.map(({ id }) => id);
    return refuse(set, "conflicting_requirements", conflictMessage(conflict), answer, rules);
  }
  const excluding = enforced.filter(({ effect, matches }) =>
    effect === "forbid" ? matches.includes(1) : effect === "require" && matches.includes(0),
  );
  const rules = excluding.map(({ id }) => id);
  return refuse(set, "no_permitted_candidate", noCandidateMessage(answer.excluded, excluding), answer, rules);
}

function refuse(set: PolicySet | null, code: PolicyRefusalCode, message: string, answer?: Answer, rules: readonly string[] = []): PolicyAnswer {
  const excluded = answer?.excluded ?? NOTHING;
  return {
    route: answer?.route ?? null,
    rules: answer?.rules ?? NOTHING,
    excluded,
    observations: answer?.observations ?? NOTHING,
    errors: NOTHING,
    policyVersion: set?.version ?? "",
    catalogVersion: set?.catalog.version ?? "",
    permit: null,
    refusal: { code, message, rules, candidates: excluded },
  };
}
