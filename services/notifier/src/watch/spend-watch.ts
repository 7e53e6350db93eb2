import { type Analytics, spendPerHour } from "@leverframe/analytics";
import { AccountBook } from "@leverframe/budget";
import { type AnyMessage, message } from "@leverframe/contracts";
import type { BudgetStatus } from "@leverframe/events";
import type { Clock } from "@leverframe/kernel";
import { type PolicySet, scopeFits } from "@leverframe/policy";
import { budgetOutlook, type PolicySource } from "@leverframe/wiring";
import { AnomalyLook } from "./anomaly-look";
import { forecastBreach } from "./forecast-breach";

export interface SpendWatchOptions {
  /** Asked at each look. */
  readonly analytics: () => Promise<Analytics>;
  readonly policy: PolicySource;
  readonly publish: (messages: readonly AnyMessage[]) => Promise<void>;
  readonly clock: Clock;
  readonly watchMs: number;
  readonly onError: (error: unknown) => void;
  readonly onTooMany: (scopes: number) => void;
}

/** A forecast changes by the day. */
const FORECAST_EVERY_MICROS = 15 * 60_000_000;
const TOLD_MAX = 10_000;

/**
 * Looks at the journal, as analytics holds it, for unusual hours and for caps that will be reached too early. Nothing hangs
 * on it: while analytics is away nobody is told, and the next look finds what is still so. Every instance looks; what they
 * find has the same ids, so each channel is told once.
 */
export class SpendWatch {
  readonly #anomalies: AnomalyLook;
  /** Ids that this process has published. */
  readonly #told = new Set<string>();
  readonly #books = new WeakMap<PolicySet, AccountBook>();
  #forecastAtMicros = 0;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #stopped = false;

  constructor(private readonly options: SpendWatchOptions) {
    const { analytics, onTooMany } = options;
    this.#anomalies = new AnomalyLook({ spendSince: async (fromMicros, scopes) => spendPerHour(await analytics(), { fromMicros, scopes }), onTooMany });
  }

  /** The first look comes after the first pause: at a start others have more to do. */
  start(): void {
    if (this.options.watchMs > 0) this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Looks once, now. Never rejects. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().catch(this.options.onError).finally(() => (this.#looking = null)));
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.look().then(() => this.#schedule()), this.options.watchMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { policy, clock } = this.options;
    const set = policy.current();
    const nowMicros = clock.nowMicros();
    if (set.alerts.anomaly !== null) await this.#tell(await this.#anomalies.look(set.alerts.anomaly, nowMicros));
    if (nowMicros < this.#forecastAtMicros || set.alerts.forecast === null) return;
    await this.#tell(await this.#breaches(set, nowMicros));
    this.#forecastAtMicros = nowMicros + FORECAST_EVERY_MICROS;
  }

  async #breaches(set: PolicySet, nowMicros: number): Promise<readonly BudgetStatus[]> {
    const scopes = set.alerts.forecast?.scopes ?? [];
    const { caps } = set.budgets;
    const found: BudgetStatus[] = [];
    const analytics = await this.options.analytics();
    for await (const outlook of budgetOutlook({ analytics, caps, book: this.#bookOf(set), nowMicros, fits: (scope) => scopeFits(scopes, scope) })) {
      const breach = forecastBreach(outlook, nowMicros);
      if (breach) found.push(breach);
      if (this.#stopped) break;
    }
    return found;
  }

  #bookOf(set: PolicySet): AccountBook {
    const book = this.#books.get(set) ?? new AccountBook(set.budgets.caps, set.budgets.timeZoneDefault);
    this.#books.set(set, book);
    return book;
  }

  async #tell(found: readonly BudgetStatus[]): Promise<void> {
    const news = found.filter(({ eventId }) => !this.#told.has(eventId));
    if (news.length === 0) return;
    await this.options.publish(news.map((status) => message("budget-status", status)));
    if (this.#told.size > TOLD_MAX) this.#told.clear();
    for (const { eventId } of news) this.#told.add(eventId);
  }
}
