/**
 * Fetches that began before the last rebalance. kafkajs fetches from each broker in a loop of its own, and one of them
 * may rejoin the group while another's answer is still on its way; that answer starts where the old assignment was,
 * which can lie beyond the committed offset that the new one starts from. Until every broker's loop has begun a new
 * fetch, what comes in is left unresolved, and so comes again.
 */
export class StaleFetches {
  private readonly brokers = new Set<string>();
  private readonly stale = new Set<string>();
  private until = 0;

  /** @param requestMsMax after this long, a fetch of a broker that is gone has ended too. */
  constructor(private readonly requestMsMax: number) {}

  get any(): boolean {
    if (this.stale.size === 0) return false;
    if (performance.now() > this.until) this.stale.clear();
    return this.stale.size > 0;
  }

  started(broker: string | number): void {
    this.brokers.add(String(broker));
    if (this.stale.size > 0) this.stale.delete(String(broker));
  }

  rejoined(): void {
    for (const broker of this.brokers) this.stale.add(broker);
    this.until = performance.now() + this.requestMsMax;
  }
}
