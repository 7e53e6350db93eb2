import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "@leverframe/catalog";
import { HEALTH_TERMS, type HealthChange, type HealthExchange, type HealthNews, type HealthStore } from "@leverframe/health";
import { AppError } from "@leverframe/kernel";
import { FleetHealth } from "./fleet-health";

const deployment = { id: "p/m", provider: { id: "p" }, model: { id: "m" }, region: "eu", latencyMs: 100 } as unknown as Deployment;
const clock = { nowMicros: () => Date.now() * 1_000 };
const failed = () => ({ startedAtMicros: clock.nowMicros(), endedAtMicros: clock.nowMicros(), error: "connection", retryable: true, retryAfterMs: null, tokens: null, rateLimit: null });

/** Keeps what it is told; fails and dawdles when told to. */
class RecordingStore implements HealthStore {
  readonly exchanges: HealthExchange[] = [];
  underWay = 0;
  mostUnderWay = 0;
  away = false;
  latencyMs = 0;
  closed = false;

  async exchange(exchange: HealthExchange): Promise<HealthNews> {
    this.exchanges.push(exchange);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await sleep(this.latencyMs);
    this.underWay--;
    if (this.away) throw new AppError("unavailable", "away");
    return { revision: this.exchanges.length, reports: [], grants: exchange.demands.map(({ key, wanted }) => ({ key, granted: wanted, moreAtMicros: 0 })) };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function fleetOf(store: RecordingStore, exchangeMs: number, deployments: readonly Deployment[] = [deployment]) {
  const errors: unknown[] = [];
  const fleet = new FleetHealth({ store, instance: "one", terms: HEALTH_TERMS, clock, exchangeMs, deployments: () => deployments, onError: (error) => errors.push(error) });
  return { fleet, errors };
}

const ask = (fleet: FleetHealth, of = deployment) => fleet.book.admit({ deployment: of, nowMicros: clock.nowMicros(), waitedMicros: 0, tokens: 1, urgency: "normal" });
/** The test's own time limit is the only one. */
async function eventually(what: () => boolean): Promise<void> {
  while (!what()) await sleep(5);
}

describe("the health of the fleet in one process", () => {
  it("tells an opened breaker at once, not with the next regular exchange, and its listeners too", async () => {
    const store = new RecordingStore();
    const { fleet } = fleetOf(store, 60_000);
    const changes: HealthChange[] = [];
    fleet.onChanges((some) => changes.push(...some));
    await fleet.start();
    for (let call = 0; call < 3; call++) {
      const answer = ask(fleet);
      if (answer.verdict === "go") answer.pass.end(failed());
    }
    await eventually(() => store.exchanges.some(({ reports }) => reports[0]?.breaker.kind === "open"));
    await eventually(() => changes.some(({ cause }) => cause === "breaker_opened"));
    await fleet.close();
    expect(store.closed).toBe(true);
  });

  it("fetches a share of a limit at once when a call waits for it", async () => {
    const store = new RecordingStore();
    const limited: Deployment = { ...deployment, limits: { requestsPerMinute: 600, tokensPerMinute: null } };
    const { fleet } = fleetOf(store, 60_000, [limited]);
    await fleet.start();
    expect(ask(fleet, limited)).toMatchObject({ verdict: "wait", cause: "rate_limit" });
    await eventually(() => ask(fleet, limited).verdict === "go");
    await fleet.close();
  });

  it("makes one exchange at a time, however urgent it is", async () => {
    const store = new RecordingStore();
    store.latencyMs = 30;
    const { fleet } = fleetOf(store, 1);
    await fleet.start();
    const limited: Deployment = { ...deployment, id: "p/l", limits: { requestsPerMinute: 60_000, tokensPerMinute: null } };
    for (let asked = 0; asked < 20 || store.exchanges.length <= 2; asked++) {
      ask(fleet, limited);
      await sleep(5);
    }
    await fleet.close();
    expect(store.mostUnderWay).toBe(1);
  });

  it("says once that the store is away, and goes on by itself", async () => {
    const store = new RecordingStore();
    store.away = true;
    const { fleet, errors } = fleetOf(store, 5);
    await fleet.start();
    await eventually(() => store.exchanges.length > 3);
    expect([errors.length, ask(fleet).verdict]).toEqual([1, "go"]);
    store.away = false;
    const before = store.exchanges.length;
    await eventually(() => store.exchanges.length > before + 2);
    store.away = true;
    await eventually(() => errors.length === 2);
    await fleet.close();
  });
});
