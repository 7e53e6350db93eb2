import { costOf, priceAt } from "@leverframe/catalog";
import type { Decision } from "@leverframe/events";
import { chooseRoute } from "../choose-route";
import { decide, type PolicyAnswer } from "../decide";
import type { PolicySet } from "../policy-set";
import { type DecisionInput, UNKNOWN_STATE } from "../slots";

/** A decision as a policy set would make it: no model is called, so costs are what the recorded tokens would have cost. */
export interface Replayed {
  readonly requestId: string;
  readonly kind: "newly_permitted" | "newly_refused" | "route_changed" | "choice_gone" | "candidates_changed";
  readonly department: string;
  readonly riskClass: string;
  /** Route, or the code of the refusal. */
  readonly from: string;
  readonly to: string;
  /** The candidate that answered; null when none did. */
  readonly answeredBy: string | null;
  /** The one that would stand in for it, if it is no longer permitted. */
  readonly instead: string | null;
  /** Candidates that were not permitted and now are, where the request is sensitive. */
  readonly sensitivePermitted: readonly string[];
}

export interface ReplayReport {
  readonly decisions: number;
  /** Refused before a policy was asked (no classification): nothing to replay. */
  readonly skipped: number;
  /** Replayed with some moving state taken for its best value: a refusal records none, and older sets did not ask. */
  readonly stateAssumed: number;
  /** Decided before it was recorded which route a request named and how long an answer it asked for. */
  readonly namingAssumed: number;
  readonly unchanged: number;
  readonly changedRoutes: number;
  readonly newlyRefused: number;
  readonly newlyPermitted: number;
  readonly newlyPermittedSensitive: number;
  /** The recorded choice is no longer permitted. */
  readonly choiceGone: number;
  /** Spent on the replayed decisions, and what the same tokens would have cost. */
  readonly costNanoUsd: bigint;
  readonly replayedCostNanoUsd: bigint;
  /** At most `examplesMax`, gravest first. */
  readonly examples: readonly Replayed[];
}

export interface ReplayOptions {
  readonly examplesMax?: number;
  /**
   * The set that made the decisions. Decisions record which route the request named; of those from before they did, this
   * set tells. Without it, each of them counts as having named the route that was taken.
   */
  readonly recordedUnder?: PolicySet;
}

const EXAMPLES_MAX = 20;
const GRAVEST: readonly Replayed["kind"][] = ["newly_permitted", "newly_refused", "choice_gone", "route_changed", "candidates_changed"];

/** Asks a set about recorded decisions, one at a time: nothing is kept but counts and examples. */
export class Replay {
  #counts = { decisions: 0, skipped: 0, stateAssumed: 0, namingAssumed: 0, unchanged: 0, changedRoutes: 0, newlyRefused: 0, newlyPermitted: 0, newlyPermittedSensitive: 0, choiceGone: 0 };
  #cost = 0n;
  #replayedCost = 0n;
  readonly #examples = new Map<Replayed["kind"], Replayed[]>();

  readonly #assumed: readonly (readonly [key: string, value: string])[];

  constructor(
    private readonly set: PolicySet,
    private readonly options: ReplayOptions = {},
  ) {
    this.#assumed = bestState(set);
  }

  add(decision: Decision): void {
    this.#counts.decisions++;
    const input = this.#inputOf(decision);
    if (input === null) return void this.#counts.skipped++;
    const answer = decide(this.set, input);
    const permitted = answer.permit?.candidates.map(({ id }) => id) ?? [];
    const answeredBy = answeringOf(decision);
    const instead = answeredBy !== null && !permitted.includes(answeredBy) ? standIn(this.set, answer, decision) : null;
    this.#cost += decision.costNanoUsd;
    this.#replayedCost += replayedCost(this.set, decision, answer, instead);
    const added = permitted.filter((id) => !decision.permitted.includes(id));
    const changed = this.#judge(decision, answer, answeredBy, permitted, added);
    if (changed === null) return void this.#counts.unchanged++;
    this.#keep({
      requestId: decision.meta.requestId,
      kind: changed,
      department: decision.origin.department,
      riskClass: decision.classification?.riskClass ?? "",
      from: decision.permit === null ? (decision.refusal?.code ?? "") : (decision.route ?? ""),
      to: answer.permit === null ? answer.refusal.code : (answer.route ?? ""),
      answeredBy,
      instead,
      sensitivePermitted: isSensitive(decision) ? added : [],
    });
  }

  report(): ReplayReport {
    const max = this.options.examplesMax ?? EXAMPLES_MAX;
    const examples = GRAVEST.flatMap((kind) => this.#examples.get(kind) ?? []);
    const sensitive = (one: Replayed): number => (one.sensitivePermitted.length > 0 ? 0 : 1);
    return { ...this.#counts, costNanoUsd: this.#cost, replayedCostNanoUsd: this.#replayedCost, examples: examples.sort((a, b) => sensitive(a) - sensitive(b)).slice(0, max) };
  }

  /** Null when the request never came as far as the policy. */
  #inputOf(decision: Decision): DecisionInput | null {
    const { classification, origin, attributes, permit, refusal, meta } = decision;
    if (classification === null || (permit === null && BEFORE_POLICY.includes(refusal?.code ?? ""))) return null;
    const state = stateOf(decision);
    const missing = this.#assumed.filter(([key]) => state[key] === undefined || state[key] === UNKNOWN_STATE);
    if (missing.length > 0) this.#counts.stateAssumed++;
    for (const [key, value] of missing) state[key] = value;
    const maxOutputTokens = decision.maxOutputTokens || null;
    return { requestId: meta.requestId, origin, request: { route: this.#namedRoute(decision), attributes, maxOutputTokens }, classification, state };
  }

  #namedRoute({ route, routeNamed, classification, origin }: Decision): string | null {
    if (routeNamed !== null) return routeNamed === "" ? null : routeNamed;
    this.#counts.namingAssumed++;
    const { recordedUnder } = this.options;
    if (!recordedUnder || classification === null) return route;
    const { routes, facts } = recordedUnder;
    const { route: picked } = chooseRoute(routes, { named: null, origin, classification, facts });
    return picked?.name === route ? null : route;
  }

  #judge(decision: Decision, answer: PolicyAnswer, answeredBy: string | null, permitted: readonly string[], added: readonly string[]): Replayed["kind"] | null {
    const counts = this.#counts;
    const wasPermitted = decision.permit !== null;
    if (added.length > 0 && isSensitive(decision)) counts.newlyPermittedSensitive++;
    if (wasPermitted && answer.permit === null) return counts.newlyRefused++, "newly_refused";
    if (!wasPermitted && answer.permit !== null) return counts.newlyPermitted++, "newly_permitted";
    const routed = wasPermitted && answer.route !== decision.route;
    if (routed) counts.changedRoutes++;
    const gone = answeredBy !== null && !permitted.includes(answeredBy);
    if (gone) counts.choiceGone++;
    if (gone) return "choice_gone";
    if (routed) return "route_changed";
    const same = permitted.length === decision.permitted.length && added.length === 0;
    return same ? null : "candidates_changed";
  }

  #keep(one: Replayed): void {
    const kept = this.#examples.get(one.kind) ?? [];
    this.#examples.set(one.kind, kept);
    const max = this.options.examplesMax ?? EXAMPLES_MAX;
    if (kept.length < max) kept.push(one);
    else if (one.sensitivePermitted.length > 0) {
      const plain = kept.findIndex(({ sensitivePermitted }) => sensitivePermitted.length === 0);
      if (plain >= 0) kept[plain] = one;
    }
  }
}

const BEFORE_POLICY = ["deadline_exceeded", "too_large", "bad_input", "unknown_application", "identity_mismatch", "department_required"];

const decoder = new TextDecoder();
const FLAT_STATE = /"state":(\{[^{}]*\})/;

/** Moving state as it was at the decision: it stands on the permit. Parsing whole permits would be most of a replay's time. */
function stateOf({ permit }: Decision): Record<string, string> {
  if (permit === null) return {};
  const body = decoder.decode(permit.body);
  const flat = FLAT_STATE.exec(body)?.[1];
  if (flat !== undefined) return JSON.parse(flat) as Record<string, string>;
  return (JSON.parse(body) as { state?: Record<string, string> }).state ?? {};
}

/** The best value of each band that some rule asks about and that has no default. The time window follows from the arrival. */
function bestState({ attributes, index }: PolicySet): (readonly [string, string])[] {
  return [...attributes.values()].flatMap(({ name, type, source, values, default: fallback }) => {
    const asked = index.slots.scalars.has(name) && source.startsWith("state.") && type === "ordinal";
    return asked && fallback === null && values?.[0] !== undefined ? [[source.slice("state.".length), values[0]] as const] : [];
  });
}

const SENSITIVE = ["high", "regulated"];
const SENSITIVE_SIGNALS = ["phi", "mnpi", "secret", "pii_identity", "pii_financial"];

function isSensitive({ classification }: Decision): boolean {
  if (classification === null) return false;
  return SENSITIVE.includes(classification.riskClass) || classification.riskSignals.some(({ signal }) => SENSITIVE_SIGNALS.includes(signal));
}

function answeringOf({ rounds }: Decision): string | null {
  for (let index = rounds.length - 1; index >= 0; index--) {
    // What was said about the request answered nothing.
    const attempt = rounds[index]?.opinionPermit ? undefined : rounds[index]?.attempts.findLast(({ outcome }) => outcome === "succeeded");
    if (attempt) return attempt.candidate;
  }
  return null;
}

/** Of the most preferred candidates that are left, the cheapest for the tokens of the answer. */
function standIn({ catalog }: PolicySet, { permit }: PolicyAnswer, decision: Decision): string | null {
  const tokens = decision.rounds.findLast(({ opinionPermit }) => !opinionPermit)?.attempts.findLast(({ usage }) => usage !== null)?.usage ?? null;
  let best: { id: string; preference: number; cost: bigint } | null = null;
  for (const { id, preference } of permit?.candidates ?? []) {
    const deployment = catalog.byId.get(id);
    if (!deployment) continue;
    const price = priceAt(deployment, decision.origin.receivedAt) ?? deployment.price;
    const cost = tokens ? costOf(tokens, price) : price.outputNanoUsd;
    if (best === null || preference > best.preference || (preference === best.preference && cost < best.cost)) best = { id, preference, cost };
  }
  return best?.id ?? null;
}

/** Recorded tokens at the catalog's prices: of calls that may still be made at their own price, of others at the stand-in's. */
function replayedCost({ catalog }: PolicySet, { rounds }: Decision, { permit }: PolicyAnswer, instead: string | null): bigint {
  let cost = 0n;
  for (const { attempts, opinionPermit } of rounds) {
    for (const { usage, candidate, costNanoUsd, startedAt } of attempts) {
      // What was said about the request stands on its classification, by which it is replayed: that was paid.
      if (opinionPermit) cost += costNanoUsd;
      if (opinionPermit || permit === null) continue;
      const still = permit.candidates.some(({ id }) => id === candidate);
      const deployment = catalog.byId.get(still ? candidate : (instead ?? ""));
      cost += usage && deployment ? costOf(usage, priceAt(deployment, startedAt) ?? deployment.price) : still ? costNanoUsd : 0n;
    }
  }
  return cost;
}
