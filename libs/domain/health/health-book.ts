import type { Deployment } from "@leverframe/catalog";
import { type HealthBand, providerBand } from "./band";
import type { ObservedCall } from "./call-outcome";
import { DeploymentHealth, type Measured } from "./deployment-health";
import { type ChangeCause, type HealthChange, type HealthStatus, statusOf } from "./health-status";
import type { HealthExchange, HealthNews, HealthReport } from "./health-store";
import type { HealthTerms } from "./health-terms";
import { outliers } from "./outliers";
import type { RateAllowance } from "./rate-allowance";
import type { RateDemand } from "./rate-bucket";
import { isNews } from "./report-news";

export type RefusalCause = "breaker_open" | "ejected" | "concurrency_limit" | "rate_limit" | "held_by_provider";

export interface Asked {
  readonly deployment: Deployment;
  readonly nowMicros: number;
  /** How long this call has waited here already. */
  readonly waitedMicros: number;
  /** Tokens that the call is expected to take from a rate limit. */
  readonly tokens: number;
  readonly urgency: "normal" | "last" | "forced";
}

export type Answer =
  | { readonly verdict: "go"; readonly pass: { end(call: ObservedCall | null): void } }
  | { readonly verdict: "wait"; readonly untilMicros: number; readonly cause: RefusalCause }
  | { readonly verdict: "skip"; readonly cause: RefusalCause };

export interface HealthBookOptions {
  /** Names this start of this process among all that share the store. */
  readonly instance: string;
  readonly terms: HealthTerms;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called when waiting for the next regular exchange would be too long: others should know, or a call waits for its share of a limit. */
  readonly onUrgent?: () => void;
}

/** A limit of calls at once frees up when one of them ends, which nobody can foresee. */
const LIMIT_WAIT_MICROS = 50_000;
/** An exchange takes a few milliseconds. */
const SHARE_WAIT_MICROS = 20_000;
/** Without an exchange for this long the store counts as away. */
const STORE_AWAY_MICROS = 2_000_000;

/**
 * The health of every deployment as one instance knows it. Answers from memory whether a call may go, learns from each
 * end, and from what the others tell through a `HealthStore`. The clock is handed in with each question.
 */
export class HealthBook {
  readonly #entries = new Map<string, DeploymentHealth>();
  readonly #bands = new Map<string, HealthBand>();
  readonly #sent = new Map<string, HealthReport>();
  readonly #skips = new Map<string, number>();
  #changes: HealthChange[] = [];
  #revision = 0;
  #demands: readonly RateDemand[] = [];
  #exchangedAtMicros = 0;
  /** Up to when this instance has given itself its share, while the store is away. */
  #sharedUntilMicros = 0;

  constructor(private readonly options: HealthBookOptions) {}

  /** Which deployments there are now: who is compared with whom, and what their limits are. */
  useCatalog(deployments: readonly Deployment[]): void {
    const ids = new Set(deployments.map(({ id }) => id));
    for (const deployment of deployments) this.#of(deployment).use(deployment);
    for (const [id, entry] of this.#entries) if (!ids.has(id) && entry.limit.inFlight === 0) this.#forget(id);
  }

  admit(asked: Asked): Answer {
    const entry = this.#of(asked.deployment);
    const answer = this.#refusal(entry, asked) ?? this.#go(entry, asked);
    if (answer.verdict === "skip") {
      const key = `${entry.deployment.id} ${answer.cause}`;
      this.#skips.set(key, (this.#skips.get(key) ?? 0) + 1);
    }
    return answer;
  }

  /** Looks for outliers and for bands that changed with time alone; once a second or so. */
  tick(nowMicros: number): void {
    const byModel = Map.groupBy(this.#entries.values(), ({ deployment }) => deployment.model.id);
    for (const siblings of byModel.values()) if (siblings.length > 1) this.#eject(siblings, nowMicros);
    for (const entry of this.#entries.values()) {
      this.#watch(entry, nowMicros, entry.toldBy, () => entry.reconsider(nowMicros));
      this.#noteBand(entry, nowMicros);
    }
  }

  /** What to tell and to ask now. To be answered by `hear`, or by `notHeard` when the store was away. */
  exchange(nowMicros: number): HealthExchange {
    const reports: HealthReport[] = [];
    const demands: RateDemand[] = [];
    for (const entry of this.#entries.values()) {
      const report = this.#reportOf(entry, nowMicros);
      if (isNews(report, this.#sent.get(entry.deployment.id), this.options.terms)) reports.push(report);
      for (const allowance of allowancesOf(entry)) {
        const demand = allowance.demand();
        if (demand) demands.push(demand);
      }
    }
    this.#demands = demands;
    return { instance: this.options.instance, nowMicros, reports, sinceRevision: this.#revision, demands };
  }

  hear(said: HealthExchange, news: HealthNews, nowMicros: number): void {
    this.#exchangedAtMicros = this.#sharedUntilMicros = nowMicros;
    this.#revision = news.revision;
    for (const report of said.reports) this.#sent.set(report.deployment, report);
    const allowances = this.#allowances();
    for (const grant of news.grants) allowances.get(grant.key)?.granted(grant);
    for (const report of news.reports) if (report.instance !== this.options.instance) this.#hearOne(report, nowMicros);
  }

  notHeard(nowMicros: number): void {
    const allowances = this.#allowances();
    for (const demand of this.#demands) allowances.get(demand.key)?.undo(demand);
    if (nowMicros - this.#exchangedAtMicros < STORE_AWAY_MICROS) return;
    const instances = 1 + this.#others(this.#exchangedAtMicros).size;
    const elapsed = Math.min(nowMicros - this.#sharedUntilMicros, STORE_AWAY_MICROS);
    this.#sharedUntilMicros = nowMicros;
    for (const allowance of allowances.values()) allowance.grantShare(instances, elapsed);
  }

  /** `ok` for what nobody has ever called. */
  bandOf(deployment: string, nowMicros: number): HealthBand {
    return this.#entries.get(deployment)?.band(nowMicros) ?? "ok";
  }

  /**
   * What policies refuse by, so it takes more than one opening: a deployment whose first probe has not yet failed only
   * counts as degraded. It is no trap either: when a probe is due nothing is down, so a request comes through to make it.
   */
  bandOfProvider(provider: string, nowMicros: number): HealthBand {
    const called = [...this.#entries.values()].filter((entry) => entry.deployment.provider.id === provider && entry.isCalled(nowMicros));
    const bands = called.map((entry) => entry.band(nowMicros));
    return providerBand(bands.map((band, index) => (band === "down" && called[index]!.breaker.openings < 2 ? "degraded" : band)));
  }

  /** How busy the fleet keeps a deployment: calls under way × the usual time of an answer, in microseconds; 0 for an idle one. */
  loadOf(deployment: string, nowMicros: number): number {
    const entry = this.#entries.get(deployment);
    return entry ? entry.fleetInFlight(nowMicros) * entry.usualMicros(nowMicros) : 0;
  }

  /** Null: nobody has ever called it. */
  measuredOf(deployment: string, nowMicros: number): Measured | null {
    return this.#entries.get(deployment)?.measured(nowMicros) ?? null;
  }

  statuses(nowMicros: number): readonly HealthStatus[] {
    return [...this.#entries.values()].map((entry) => statusOf(entry, nowMicros));
  }

  /** Calls that were not made since the start, by `<deployment> <cause>`. */
  skips(): ReadonlyMap<string, number> {
    return this.#skips;
  }

  /** What changed since the last time that this was asked. */
  takeChanges(): readonly HealthChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  #refusal(entry: DeploymentHealth, asked: Asked): Exclude<Answer, { verdict: "go" }> | null {
    const { nowMicros, urgency } = asked;
    if (urgency !== "forced" && entry.isOpen(nowMicros)) return { verdict: "skip", cause: "breaker_open" };
    // With nobody else to ask, an outlier is better than nothing.
    if (urgency === "normal" && entry.ejectedUntilMicros > nowMicros) return { verdict: "skip", cause: "ejected" };
    if (entry.heldUntilMicros > nowMicros) return this.#waitOrSkip("held_by_provider", entry.heldUntilMicros, asked);
    const moreAt = this.#shareMissing(entry, asked);
    if (moreAt !== null) return this.#waitOrSkip("rate_limit", Math.max(moreAt, nowMicros + SHARE_WAIT_MICROS), asked);
    if (entry.limit.inFlight >= entry.limit.limit) return this.#waitOrSkip("concurrency_limit", nowMicros + LIMIT_WAIT_MICROS, asked);
    return null;
  }

  #waitOrSkip(cause: RefusalCause, untilMicros: number, { nowMicros, waitedMicros, urgency }: Asked): Exclude<Answer, { verdict: "go" }> {
    const tooLong = waitedMicros + untilMicros - nowMicros > this.options.terms.waitMsMax * 1_000;
    return urgency === "normal" && tooLong ? { verdict: "skip", cause } : { verdict: "wait", untilMicros, cause };
  }

  /** When to ask again for what is missing of this instance's share; null: nothing is. */
  #shareMissing(entry: DeploymentHealth, { tokens, nowMicros }: Asked): number | null {
    const requestsAt = entry.requests?.missing(1) ?? null;
    const tokensAt = entry.tokens?.missing(tokens) ?? null;
    if (requestsAt === null && tokensAt === null) return null;
    const moreAt = Math.max(requestsAt ?? 0, tokensAt ?? 0);
    // While it is known that nobody can have more, asking would be in vain.
    if (moreAt <= nowMicros) this.options.onUrgent?.();
    return moreAt;
  }

  #go(entry: DeploymentHealth, { nowMicros: beganAtMicros, tokens }: Asked): Answer {
    this.#watch(entry, beganAtMicros, null, () => entry.begin(tokens, beganAtMicros));
    let ended = false;
    const end = (call: ObservedCall | null): void => {
      if (ended) return;
      ended = true;
      const nowMicros = call?.endedAtMicros ?? beganAtMicros;
      this.#watch(entry, nowMicros, null, () => entry.end(call, tokens, beganAtMicros, nowMicros, this.options.random()));
    };
    return { verdict: "go", pass: { end } };
  }

  #hearOne(report: HealthReport, nowMicros: number): void {
    const entry = this.#entries.get(report.deployment);
    if (entry) this.#watch(entry, nowMicros, report.instance, () => entry.hear(report, nowMicros));
  }

  #eject(siblings: readonly DeploymentHealth[], nowMicros: number): void {
    const { terms } = this.options;
    const compared = siblings.map((entry) => ({
      id: entry.deployment.id,
      out: entry.ejectedUntilMicros > nowMicros || entry.breaker.kind !== "closed",
      latencyMicros: entry.latencyMicros,
      ...entry.window.counts(nowMicros),
    }));
    for (const id of outliers(compared, terms)) {
      const entry = this.#entries.get(id)!;
      this.#watch(entry, nowMicros, null, () => {
        entry.ejectedUntilMicros = nowMicros + terms.ejectMs * 1_000;
        // It comes back without a past: what it is judged by next is what it does then.
        entry.window.clear();
        entry.latencyMicros = null;
      });
    }
  }

  /** Does something to an entry, and notes what of it others should know. */
  #watch(entry: DeploymentHealth, nowMicros: number, heardFrom: string | null, action: () => void): void {
    const { breaker, heldUntilMicros, ejectedUntilMicros } = entry;
    action();
    let cause: ChangeCause | null = null;
    if (entry.breaker.kind !== breaker.kind) cause = entry.breaker.kind === "open" ? "breaker_opened" : entry.breaker.kind === "closed" ? "breaker_closed" : "breaker_half_open";
    else if (entry.ejectedUntilMicros > Math.max(ejectedUntilMicros, nowMicros)) cause = "ejected";
    else if (entry.heldUntilMicros > nowMicros && heldUntilMicros <= nowMicros) cause = "held";
    if (cause === null) return;
    this.#note(entry, cause, nowMicros, heardFrom);
    if (heardFrom === null) this.options.onUrgent?.();
  }

  #noteBand(entry: DeploymentHealth, nowMicros: number): void {
    const band = entry.band(nowMicros);
    if ((this.#bands.get(entry.deployment.id) ?? "ok") !== band) this.#note(entry, "band_changed", nowMicros, null);
  }

  #note(entry: DeploymentHealth, cause: ChangeCause, atMicros: number, heardFrom: string | null): void {
    const status = statusOf(entry, atMicros);
    this.#bands.set(entry.deployment.id, status.band);
    this.#changes.push({ ...status, cause, heardFrom, atMicros });
  }

  #reportOf(entry: DeploymentHealth, atMicros: number): HealthReport {
    const { samples, failures } = entry.window.counts(atMicros);
    return {
      instance: this.options.instance,
      deployment: entry.deployment.id,
      samples,
      failures,
      breaker: entry.breaker,
      degraded: entry.degraded(atMicros),
      heldUntilMicros: entry.heldUntilMicros,
      ejectedUntilMicros: entry.ejectedUntilMicros,
      inFlight: entry.limit.inFlight,
      latencyMicros: entry.latencyMicros === null ? null : Math.round(entry.latencyMicros),
      atMicros,
    };
  }

  #of(deployment: Deployment): DeploymentHealth {
    let entry = this.#entries.get(deployment.id);
    if (!entry) this.#entries.set(deployment.id, (entry = new DeploymentHealth(deployment, this.options.terms)));
    return entry;
  }

  #forget(id: string): void {
    this.#entries.delete(id);
    this.#bands.delete(id);
    this.#sent.delete(id);
  }

  #allowances(): Map<string, RateAllowance> {
    return new Map([...this.#entries.values()].flatMap(allowancesOf).map((allowance) => [allowance.key, allowance]));
  }

  #others(nowMicros: number): ReadonlySet<string> {
    return new Set([...this.#entries.values()].flatMap((entry) => entry.othersAt(nowMicros)));
  }
}

const allowancesOf = ({ requests, tokens }: DeploymentHealth): RateAllowance[] => [requests, tokens].filter((one) => one !== null);
