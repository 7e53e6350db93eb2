import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "@leverframe/catalog";
import { type HealthChange, type HealthExchange, type HealthNews, type HealthStore, HEALTH_TERMS } from "@leverframe/health";
import { openRedisHealthStore, openSqliteHealthStore } from "@leverframe/health-store";
import { FleetHealth } from "@leverframe/wiring";
import { startRedis } from "../../deploy/local";

const clock = { nowMicros: () => Date.now() * 1_000 };
const deployments = ["p/a", "p/b"].map((id) => ({ id, provider: { id: "p" }, model: { id }, region: "eu", latencyMs: 100, limits: { requestsPerMinute: 600, tokensPerMinute: null } }) as unknown as Deployment);
const [A, B] = deployments as [Deployment, Deployment];
/** However busy the machine is. */
const STORE_TIMEOUT_MS = 60_000;

const places: readonly [string, () => Promise<{ open: () => HealthStore; end: () => Promise<void> }>][] = [
  ["SQLite", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "health-"));
    return { open: () => openSqliteHealthStore({ path: path.join(dir, "health.db") }), end: async () => rmSync(dir, { recursive: true, force: true }) };
  }],
  ["Redis", async () => {
    const server = await startRedis();
    return { open: () => openRedisHealthStore({ url: server.url, timeoutMs: STORE_TIMEOUT_MS }), end: async () => void (await server.stop()) };
  }],
];

/** An instance of the fleet, as shipped, and its store, which counts how often it was asked since something was told. */
class Instance implements HealthStore {
  readonly fleet: FleetHealth;
  readonly changes: (HealthChange & { readonly exchanges: number })[] = [];
  exchanges = 0;
  #toldAt = Infinity;

  constructor(name: string, private readonly store: HealthStore, private readonly onTold: (cause: string) => void) {
    this.fleet = new FleetHealth({ store: this, instance: name, terms: HEALTH_TERMS, clock, exchangeMs: 500, deployments: () => deployments, onError: () => undefined });
    this.fleet.onChanges((some) => this.changes.push(...some.map((change) => ({ ...change, exchanges: this.exchanges }))));
  }

  async exchange(exchange: HealthExchange): Promise<HealthNews> {
    const beganAt = performance.now();
    const news = await this.store.exchange(exchange);
    if (beganAt >= this.#toldAt) this.exchanges++;
    for (const { deployment, breaker } of exchange.reports) if (deployment === A.id) this.onTold(breaker.kind);
    return news;
  }

  /** Counts exchanges that begin from now on. */
  count(): void {
    [this.exchanges, this.#toldAt] = [0, performance.now()];
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** As shipped: an exchange every half second, so that two of them are a second. */
describe.each(places)("three instances over %s", (_, prepare) => {
  let place: Awaited<ReturnType<typeof prepare>>;
  let instances: Instance[] = [];
  /** What some instance has told the store about A for the first time. */
  let told: Set<string>;
  const onTold = (kind: string): void => {
    if (told.has(kind)) return;
    told.add(kind);
    for (const one of instances) one.count();
  };
  beforeEach(async () => {
    place = await prepare();
    told = new Set(["closed"]);
    instances = ["one", "two", "three"].map((name) => new Instance(name, place.open(), onTold));
    await Promise.all(instances.map(({ fleet }) => fleet.start()));
  });
  afterEach(async () => {
    await Promise.all(instances.map(({ fleet }) => fleet.close()));
    await place.end();
  });

  const ask = ({ fleet }: Instance, deployment: Deployment) => fleet.book.admit({ deployment, nowMicros: clock.nowMicros(), waitedMicros: 0, tokens: 1, urgency: "normal" });
  /** Whether it may call by now. */
  const callOnce = async (one: Instance, error: string | null): Promise<boolean> => {
    for (;;) {
      const answer = ask(one, A);
      if (answer.verdict === "skip") return false;
      if (answer.verdict === "go") {
        const now = clock.nowMicros();
        answer.pass.end({ startedAtMicros: now, endedAtMicros: now, error, retryable: false, retryAfterMs: null, tokens: null, rateLimit: null });
        return true;
      }
      await sleep(5);
    }
  };
  async function eventually(what: () => boolean): Promise<void> {
    while (!what()) await sleep(5);
  }
  const bands = () => instances.map(({ fleet }) => fleet.book.bandOf(A.id, clock.nowMicros()));
  const changed = (cause: string) => instances.flatMap(({ changes }) => changes.filter((change) => change.cause === cause && change.deployment === A.id));

  it("agree after one exchange of each on what one of them has told, and on its end, also one that came later", async () => {
    for (let call = 0; call < 3; call++) await callOnce(instances[0]!, "connection");
    await eventually(() => bands().every((band) => band !== "ok"));
    await eventually(() => changed("breaker_opened").length === 3);
    for (const { exchanges } of changed("breaker_opened")) expect(exchanges).toBeLessThanOrEqual(1);
    const late = new Instance("late", place.open(), () => undefined);
    await late.fleet.start();
    expect(late.fleet.book.bandOf(A.id, clock.nowMicros())).not.toBe("ok");
    await late.fleet.close();
    told.delete("closed");
    await eventually(() => told.has("open"));
    while (!(await callOnce(instances[1]!, null))) await sleep(50);
    await eventually(() => bands().every((band) => band === "ok"));
    await eventually(() => changed("breaker_closed").length === 3);
    for (const { exchanges } of changed("breaker_closed")) expect(exchanges).toBeLessThanOrEqual(1);
  });

  it("keep a provider's limit together", async () => {
    let sent = 0;
    const startedAt = Date.now();
    // Some seconds, and until more has gone out than the burst.
    while (Date.now() - startedAt < 4_000 || sent <= 100) {
      for (const one of instances) {
        const answer = ask(one, B);
        if (answer.verdict !== "go") continue;
        sent++;
        answer.pass.end(null);
      }
      await sleep(2);
    }
    const seconds = (Date.now() - startedAt) / 1_000;
    // A burst of a sixth of a minute, then ten a second.
    expect(sent).toBeLessThanOrEqual(100 + 10 * seconds + 1);
  });
});
