import type { Catalog } from "@leverframe/catalog";
import { HEALTH_TERMS, HealthBook, type HealthBand, type HealthStore } from "@leverframe/health";
import type { Clock } from "@leverframe/kernel";

/** One deployment as all executors together see it. */
export interface FleetStatus {
  readonly deployment: string;
  readonly provider: string;
  readonly model: string;
  readonly region: string;
  readonly band: HealthBand;
  readonly breaker: string;
  readonly inFlight: number;
  readonly latencyMs: number | null;
  readonly untilMicros: number | null;
}

/** Asks the store what the executors have said, and weighs it as each of them does. */
export async function fleetStatus(catalog: Catalog, store: HealthStore, clock: Clock): Promise<readonly FleetStatus[]> {
  const nowMicros = clock.nowMicros();
  const book = new HealthBook({ instance: "cli", terms: HEALTH_TERMS, random: () => 0 });
  book.useCatalog(catalog.deployments);
  // It says nothing of its own and draws from no limit.
  const said = { instance: "cli", nowMicros, reports: [], sinceRevision: 0, demands: [] };
  const news = await store.exchange(said);
  book.hear(said, news, nowMicros);
  const told = Map.groupBy(news.reports, ({ deployment }) => deployment);
  return book.statuses(nowMicros).map(({ deployment, provider, model, region, band, breaker, untilMicros }) => {
    const reports = (told.get(deployment) ?? []).filter(({ atMicros }) => nowMicros - atMicros < HEALTH_TERMS.newsMs * 1_000);
    const latencies = reports.flatMap(({ latencyMicros }) => latencyMicros ?? []);
    const inFlight = reports.reduce((sum, report) => sum + report.inFlight, 0);
    const latencyMs = latencies.length === 0 ? null : Math.round(latencies.reduce((sum, one) => sum + one, 0) / latencies.length / 1_000);
    return { deployment, provider, model, region, band, breaker, inFlight, latencyMs, untilMicros };
  });
}
