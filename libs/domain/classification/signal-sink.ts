import type { RiskClass, RiskSignal } from "@leverframe/events";
import { higherRisk } from "./risk-order";

/** Signals kept of one recogniser: enough to audit, bounded for hostile input. */
const KEPT_OF_ONE_MAX = 10;

/** Gathers signals. All of them count for the risk class; the first of each recogniser are kept. */
export class SignalSink {
  riskClass: RiskClass = "low";
  private readonly kept: RiskSignal[] = [];
  private readonly counts = new Map<string, number>();

  add(signal: RiskSignal): void {
    const count = this.counts.get(signal.recogniser) ?? 0;
    // Every hit of a recogniser has its class, so those that are not kept change nothing.
    if (count === 0) this.riskClass = higherRisk(this.riskClass, signal.riskClass);
    if (count === KEPT_OF_ONE_MAX) return;
    this.counts.set(signal.recogniser, count + 1);
    this.kept.push(signal);
  }

  /** Whether further hits of a recogniser would be kept: what is not need not be looked for. */
  wants(recogniser: string): boolean {
    return (this.counts.get(recogniser) ?? 0) < KEPT_OF_ONE_MAX;
  }

  /** By position. */
  signals(): RiskSignal[] {
    return this.kept.sort((a, b) => a.start - b.start || a.end - b.end);
  }
}
