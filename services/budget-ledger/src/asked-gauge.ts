import { Gauge, type Registry } from "prom-client";

/**
 * A gauge whose value is asked for at each scrape. A store that cannot be asked leaves it out: an old value that looks
 * like today's would be worse than none.
 */
export function registerAskedGauge(registry: Registry, name: string, help: string, read: () => Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await read().catch(() => null);
      if (value === null) this.remove();
      else this.set(value);
    },
  });
}
