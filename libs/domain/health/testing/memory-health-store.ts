import type { HealthExchange, HealthNews, HealthReport, HealthStore } from "../health-store";
import { draw, type RateBucket } from "../rate-bucket";

/** What a shared store does, in memory: for tests of this room alone. */
export class MemoryHealthStore implements HealthStore {
  readonly #reports = new Map<string, { readonly revision: number; readonly report: HealthReport }>();
  readonly #buckets = new Map<string, RateBucket>();
  #revision = 0;

  exchangeNow({ nowMicros, reports, sinceRevision, demands }: HealthExchange): HealthNews {
    for (const report of reports) this.#reports.set(`${report.deployment} ${report.instance}`, { revision: ++this.#revision, report });
    const grants = demands.map((demand) => {
      const { bucket, grant } = draw(this.#buckets.get(demand.key) ?? null, demand, nowMicros);
      this.#buckets.set(demand.key, bucket);
      return grant;
    });
    const news = [...this.#reports.values()].filter(({ revision }) => revision > sinceRevision).map(({ report }) => report);
    return { revision: this.#revision, reports: news, grants };
  }

  exchange(exchange: HealthExchange): Promise<HealthNews> {
    return Promise.resolve(this.exchangeNow(exchange));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
