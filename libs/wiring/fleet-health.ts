import type { Deployment } from "@leverframe/catalog";
import { HealthBook, type HealthChange, type HealthStore, type HealthTerms } from "@leverframe/health";
import type { Clock } from "@leverframe/kernel";

export interface FleetHealthOptions {
  readonly store: HealthStore;
  readonly instance: string;
  readonly terms: HealthTerms;
  readonly clock: Clock;
  readonly exchangeMs: number;
  /** The deployments of the catalog in force. */
  readonly deployments: () => readonly Deployment[];
  /** Told when the store goes away, not again until it was back. */
  readonly onError: (error: unknown) => void;
}

/** What is urgent waits this long for more of its kind. */
const URGENT_MS = 10;

/**
 * This process's book of health, kept in step with all others through the store: an exchange every `exchangeMs`, and at
 * once when a breaker turns or a call waits for its share of a limit.
 */
export class FleetHealth {
  readonly book: HealthBook;
  readonly #options: FleetHealthOptions;
  readonly #listeners: ((changes: readonly HealthChange[]) => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #dueAtMs = Infinity;
  #exchanging: Promise<void> | null = null;
  #again = false;
  #away = false;
  #closed = false;
  #known: readonly Deployment[] = [];

  constructor(options: FleetHealthOptions) {
    this.#options = options;
    const { instance, terms } = options;
    this.book = new HealthBook({ instance, terms, random: Math.random, onUrgent: () => this.#schedule(URGENT_MS) });
    this.#useCatalog();
  }

  /** Told of what changed after each exchange. */
  onChanges(listener: (changes: readonly HealthChange[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Hears what the others know before the first call. */
  async start(): Promise<void> {
    await this.#exchange();
    this.#schedule(this.#options.exchangeMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#exchanging;
    await this.#options.store.close();
  }

  #schedule(delayMs: number): void {
    const dueAtMs = performance.now() + delayMs;
    if (this.#closed || dueAtMs >= this.#dueAtMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(() => this.#due(), delayMs);
    // Nobody stays alive for this.
    this.#timer.unref();
  }

  /** One exchange at a time: what is said twice at once would be heard in any order. */
  #due(): void {
    this.#dueAtMs = Infinity;
    this.#again = this.#exchanging !== null;
    this.#exchanging ??= this.#exchange().finally(() => {
      this.#exchanging = null;
      this.#schedule(this.#again ? URGENT_MS : this.#options.exchangeMs);
      this.#again = false;
    });
  }

  async #exchange(): Promise<void> {
    const { store, clock } = this.#options;
    this.#useCatalog();
    this.book.tick(clock.nowMicros());
    const said = this.book.exchange(clock.nowMicros());
    try {
      this.book.hear(said, await store.exchange(said), clock.nowMicros());
      this.#away = false;
    } catch (error) {
      this.book.notHeard(clock.nowMicros());
      if (!this.#away) this.#options.onError(error);
      this.#away = true;
    }
    const changes = this.book.takeChanges();
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }

  #useCatalog(): void {
    const deployments = this.#options.deployments();
    if (deployments === this.#known) return;
    this.#known = deployments;
    this.book.useCatalog(deployments);
  }
}
