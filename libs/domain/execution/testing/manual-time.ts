import type { Clock } from "@leverframe/kernel";
import type { Timer } from "../timer";

/** Turns of the event loop without an alarm, after which none is to come. */
const QUIET_TURNS = 5;

interface Alarm {
  readonly atMicros: number;
  readonly fire: () => void;
}

/**
 * Time that stands still while anything happens, and jumps to the next alarm when nothing does: seconds of waiting
 * take no time, and the order of events is that of their times.
 */
export class ManualTime implements Clock, Timer {
  private now: number;
  private readonly alarms = new Set<Alarm>();
  private pumping = false;

  constructor(startMicros: number) {
    this.now = startMicros;
  }

  nowMicros(): number {
    return this.now;
  }

  advance(ms: number): void {
    this.now += ms * 1_000;
  }

  after(delayMs: number, fire: () => void): () => void {
    const alarm = { atMicros: this.now + delayMs * 1_000, fire };
    this.alarms.add(alarm);
    this.pump();
    return () => this.alarms.delete(alarm);
  }

  alarmsSet(): number {
    return this.alarms.size;
  }

  /** Resolves when nothing waits for anything any more, for runs that never end because their process is dead. */
  async stillness(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = this.alarms.size === 0 ? quiet + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    // Immediates run once all promises that can settle have settled.
    setImmediate(() => {
      this.pumping = false;
      const [next] = [...this.alarms].sort((a, b) => a.atMicros - b.atMicros);
      if (!next) return;
      this.alarms.delete(next);
      this.now = Math.max(this.now, next.atMicros);
      next.fire();
      if (this.alarms.size > 0) this.pump();
    });
  }
}
