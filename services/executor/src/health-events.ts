import { type AnyMessage, message } from "@leverframe/contracts";
import type { HealthChange } from "@leverframe/health";

export interface HealthEventsOptions {
  /** Distinguishes this start of this process from every other. */
  readonly instance: string;
  readonly publish: (messages: readonly AnyMessage[]) => Promise<void>;
  /** Told when the log cannot be written. */
  readonly onError: (error: unknown) => void;
}

/** So many changes wait for a log that is away; older ones are given up, since newer ones say what counts. */
const WAITING_MAX = 1_000;

/**
 * The record of what became of each deployment's health. Nobody decides by it, so a log that is away delays nothing:
 * what could not be written is written with the next change.
 */
export class HealthEvents {
  readonly #waiting: AnyMessage[] = [];
  #publishing: Promise<void> | null = null;
  #sequence = 0;

  constructor(private readonly options: HealthEventsOptions) {}

  take(changes: readonly HealthChange[]): void {
    for (const change of changes) this.#waiting.push(this.#messageOf(change));
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - WAITING_MAX));
    this.#publishing ??= Promise.resolve()
      .then(() => this.#publish())
      .finally(() => {
        this.#publishing = null;
      });
  }

  /** What is under way ends. */
  async close(): Promise<void> {
    await this.#publishing;
  }

  async #publish(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice();
      try {
        await this.options.publish(batch);
      } catch (error) {
        this.options.onError(error);
        return;
      }
      const written = new Set(batch);
      this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((one) => !written.has(one)));
    }
  }

  #messageOf({ untilMicros, atMicros, ...change }: HealthChange): AnyMessage {
    const { instance } = this.options;
    const eventId = `${instance}.health.${this.#sequence++}`;
    return message("provider-health", { ...change, eventId, instance, until: untilMicros, at: atMicros });
  }
}
