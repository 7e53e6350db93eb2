import type { Deployment } from "@leverframe/catalog";
import { type HealthBand, isDegraded } from "./band";
import { type Breaker, CLOSED, failed, heard, knock, succeeded, undecided } from "./breaker";
import { isOverload, type ObservedCall, verdictOn } from "./call-outcome";
import { ConcurrencyLimit } from "./concurrency-limit";
import type { HealthReport } from "./health-store";
import type { HealthTerms } from "./health-terms";
import { OutcomeWindow } from "./outcome-window";
import { RateAllowance } from "./rate-allowance";

/** How much a new answer's time moves the average. */
const LATENCY_WEIGHT = 0.2;

/** What another instance said last. */
interface News {
  readonly degraded: boolean;
  readonly inFlight: number;
  readonly latencyMicros: number | null;
  readonly samples: number;
  readonly failures: number;
  readonly atMicros: number;
}

/** How the last calls went, in the whole fleet; null for what too few calls tell. */
export interface Measured {
  /** Share of the calls that were answered, 0 to 1. */
  readonly successRate: number | null;
  readonly latencyMs: number | null;
}

/** Everything that one instance knows of one deployment's health: what it saw itself, and what it heard. */
export class DeploymentHealth {
  breaker: Breaker = CLOSED;
  readonly window: OutcomeWindow;
  readonly limit: ConcurrencyLimit;
  requests: RateAllowance | null = null;
  tokens: RateAllowance | null = null;
  heldUntilMicros = 0;
  ejectedUntilMicros = 0;
  latencyMicros: number | null = null;
  lastError: string | null = null;
  /** When this instance last saw a call end. */
  seenAtMicros = 0;
  readonly #news = new Map<string, News>();
  #told: Breaker = CLOSED;
  #toldBy: string | null = null;
  #successStartedAtMicros = 0;
  #failureStartedAtMicros = 0;

  constructor(
    public deployment: Deployment,
    private readonly terms: HealthTerms,
  ) {
    this.window = new OutcomeWindow(terms.windowCalls, terms.windowMs);
    this.limit = new ConcurrencyLimit(terms);
    this.use(deployment);
  }

  /** Takes over what another catalog says of it. */
  use(deployment: Deployment): void {
    this.deployment = deployment;
    const { requestsPerMinute = null, tokensPerMinute = null } = deployment.limits ?? {};
    this.requests = allowance(this.requests, `requests ${deployment.id}`, requestsPerMinute);
    this.tokens = allowance(this.tokens, `tokens ${deployment.id}`, tokensPerMinute);
  }

  /** The breaker keeps calls away now. */
  isOpen(nowMicros: number): boolean {
    return this.breaker.kind !== "closed" && nowMicros < this.breaker.untilMicros;
  }

  /** Takes one call's place; the caller has found that nothing forbids it. */
  begin(tokens: number, nowMicros: number): void {
    this.breaker = knock(this.breaker, nowMicros, this.terms).breaker;
    this.limit.take();
    this.requests?.take(1);
    this.tokens?.take(tokens);
  }

  /** Learns from a call that ended. `jitter` is uniform in [0, 1). */
  end(call: ObservedCall | null, tokensTaken: number, beganAtMicros: number, nowMicros: number, jitter: number): void {
    if (call === null) {
      this.limit.give("unknown", beganAtMicros, nowMicros);
      this.breaker = undecided(this.breaker, beganAtMicros, nowMicros);
      return;
    }
    const verdict = verdictOn(call, this.deployment.latencyMs);
    this.seenAtMicros = nowMicros;
    this.limit.give(isOverload(call.error) && verdict === "failure" ? "overload" : verdict === "success" ? "fine" : "unknown", beganAtMicros, nowMicros);
    if (call.tokens !== null) this.tokens?.correct(call.tokens - tokensTaken);
    this.#hold(call, nowMicros);
    if (verdict === "success") this.#succeed(call, beganAtMicros, nowMicros);
    else if (verdict === "failure") this.#fail(call, beganAtMicros, nowMicros, jitter);
    else this.breaker = undecided(this.breaker, beganAtMicros, nowMicros);
  }

  hear(report: HealthReport, nowMicros: number): void {
    const { instance, breaker, degraded, inFlight, latencyMicros, samples = 0, failures = 0, atMicros, heldUntilMicros, ejectedUntilMicros } = report;
    this.#news.set(instance, { degraded, inFlight, latencyMicros, samples, failures, atMicros });
    if (breaker.sinceMicros > this.#told.sinceMicros) {
      this.#told = breaker;
      this.#toldBy = instance;
    }
    this.reconsider(nowMicros);
    // Somebody's clock may be far ahead: nobody's word keeps a deployment away for longer than our own terms would.
    this.heldUntilMicros = Math.max(this.heldUntilMicros, Math.min(heldUntilMicros, nowMicros + this.terms.holdMsMax * 1_000));
    this.ejectedUntilMicros = Math.max(this.ejectedUntilMicros, Math.min(ejectedUntilMicros, nowMicros + this.terms.ejectMs * 1_000));
  }

  /** Weighs again what others told last: what spoke against it may have become old. */
  reconsider(nowMicros: number): void {
    const own = { successStartedAtMicros: this.#successStartedAtMicros, failureStartedAtMicros: this.#failureStartedAtMicros };
    const before = this.breaker;
    this.breaker = heard(this.breaker, this.#told, own, nowMicros);
    if (before.kind !== "closed" && this.breaker.kind === "closed") this.window.clear();
  }

  /** Who told the last change that was heard. */
  get toldBy(): string | null {
    return this.#toldBy;
  }

  /** By its own calls alone. */
  degraded(nowMicros: number): boolean {
    return isDegraded(this.window.counts(nowMicros), this.terms);
  }

  band(nowMicros: number): HealthBand {
    if (this.isOpen(nowMicros) && this.breaker.kind === "open") return "down";
    const ill = this.#isTroubled(nowMicros) || this.heldUntilMicros > nowMicros || this.ejectedUntilMicros > nowMicros;
    if (ill || this.degraded(nowMicros)) return "degraded";
    for (const news of this.#fresh(nowMicros)) if (news.degraded) return "degraded";
    return "ok";
  }

  /** Whether anybody has called it lately, or it is known to be ill. */
  isCalled(nowMicros: number): boolean {
    if (this.#isTroubled(nowMicros) || nowMicros - this.seenAtMicros < this.terms.windowMs * 1_000) return true;
    return this.#fresh(nowMicros).length > 0;
  }

  /** Calls under way, in the whole fleet. */
  fleetInFlight(nowMicros: number): number {
    return this.#fresh(nowMicros).reduce((sum, { inFlight }) => sum + inFlight, this.limit.inFlight);
  }

  /** The usual time of an answer: its own, or what others say, or what the catalog expects. */
  usualMicros(nowMicros: number): number {
    if (this.latencyMicros !== null) return this.latencyMicros;
    const told = this.#fresh(nowMicros).flatMap(({ latencyMicros }) => latencyMicros ?? []);
    return told.length > 0 ? told.reduce((sum, one) => sum + one, 0) / told.length : this.deployment.latencyMs * 1_000;
  }

  measured(nowMicros: number): Measured {
    const told = [this.window.counts(nowMicros), ...this.#fresh(nowMicros)];
    const samples = told.reduce((sum, one) => sum + one.samples, 0);
    const failures = told.reduce((sum, one) => sum + one.failures, 0);
    const timed = this.latencyMicros !== null || this.#fresh(nowMicros).some(({ latencyMicros }) => latencyMicros !== null);
    return {
      successRate: samples < this.terms.samplesMin ? null : (samples - failures) / samples,
      latencyMs: timed ? this.usualMicros(nowMicros) / 1_000 : null,
    };
  }

  /** Other instances that have said something lately. */
  othersAt(nowMicros: number): readonly string[] {
    return [...this.#news].filter(([, { atMicros }]) => this.#isFresh(atMicros, nowMicros)).map(([instance]) => instance);
  }

  /** Its breaker is not closed, and that is not so long ago that nothing follows from it: whoever opened it may be gone, and nobody has called since. */
  #isTroubled(nowMicros: number): boolean {
    return this.breaker.kind !== "closed" && nowMicros - this.breaker.untilMicros < this.terms.windowMs * 1_000;
  }

  #fresh(nowMicros: number): News[] {
    return this.#news.size === 0 ? NO_NEWS : [...this.#news.values()].filter(({ atMicros }) => this.#isFresh(atMicros, nowMicros));
  }

  #isFresh(atMicros: number, nowMicros: number): boolean {
    return nowMicros - atMicros < this.terms.newsMs * 1_000;
  }

  #hold({ error, retryAfterMs, rateLimit }: ObservedCall, nowMicros: number): void {
    const { holdMs, holdMsMax } = this.terms;
    const used = rateLimit?.requestsLeft === 0 || rateLimit?.tokensLeft === 0;
    const askedMs = error !== null && retryAfterMs !== null ? Math.min(retryAfterMs, holdMsMax) : used ? holdMs : 0;
    if (askedMs > 0) this.heldUntilMicros = Math.max(this.heldUntilMicros, nowMicros + askedMs * 1_000);
  }

  #succeed(call: ObservedCall, beganAtMicros: number, nowMicros: number): void {
    const tookMicros = call.endedAtMicros - call.startedAtMicros;
    this.latencyMicros = this.latencyMicros === null ? tookMicros : this.latencyMicros + LATENCY_WEIGHT * (tookMicros - this.latencyMicros);
    this.#successStartedAtMicros = Math.max(this.#successStartedAtMicros, beganAtMicros);
    const before = this.breaker;
    this.breaker = succeeded(before, beganAtMicros, nowMicros);
    // It is well again: what was counted while it was not would keep it degraded for no reason.
    if (before.kind !== "closed" && this.breaker.kind === "closed") this.window.clear();
    this.window.record(tookMicros > this.terms.latencyMsMax * 1_000 ? "slow" : "answered", nowMicros);
  }

  #fail({ error }: ObservedCall, beganAtMicros: number, nowMicros: number, jitter: number): void {
    this.lastError = error;
    this.#failureStartedAtMicros = Math.max(this.#failureStartedAtMicros, beganAtMicros);
    this.window.record("failed", nowMicros);
    this.breaker = failed(this.breaker, beganAtMicros, nowMicros, jitter, this.terms);
  }
}

const NO_NEWS: News[] = [];

function allowance(known: RateAllowance | null, key: string, perMinute: number | null): RateAllowance | null {
  if (perMinute === null) return null;
  known?.change(perMinute);
  return known ?? new RateAllowance(key, perMinute);
}
