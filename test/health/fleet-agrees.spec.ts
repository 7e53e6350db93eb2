import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "@leverframe/catalog";
import { type HealthStore, HEALTH_TERMS } from "@leverframe/health";
import { openRedisHealthStore, openSqliteHealthStore } from "@leverframe/health-store";
import { FleetHealth } from "@leverframe/wiring";
import { startRedis } from "../../deploy/local";

const clock = { nowMicros: () => Date.now() * 1_000 };
const deployments = ["p/a", "p/b"].map((id) => ({ id, provider: { id: "p" }, model: { id }, region: "eu", latencyMs: 100, limits: { requestsPerMinute: 600, tokensPerMinute: null } }) as unknown as Deployment);
const [A, B] = deployments as [Deployment, Deployment];

const places: readonly [string, () => Promise<{ open: () => HealthStore; end: () => Promise<void> }>][] = [
  ["SQLite", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "health-"));
    return { open: () => openSqliteHealthStore({ path: path.join(dir, "health.db") }), end: async () => rmSync(dir, { recursive: true, force: true }) };
  }],
  ["Redis", async () => {
    const server = await startRedis();
    return { open: () => openRedisHealthStore({ url: server.url }), end: async () => void (await server.stop()) };
  }],
];

/** As shipped: an exchange every half second. */
describe.each(places)("three instances over %s", (_, prepare) => {
  let place: Awaited<ReturnType<typeof prepare>>;
  let fleet: FleetHealth[] = [];
  beforeEach(async () => {
    place = await prepare();
    fleet = ["one", "two", "three"].map((instance) => new FleetHealth({ store: place.open(), instance, terms: HEALTH_TERMS, clock, exchangeMs: 500, deployments: () => deployments, onError: () => undefined }));
    await Promise.all(fleet.map((one) => one.start()));
  });
  afterEach(async () => {
    await Promise.all(fleet.map((one) => one.close()));
    await place.end();
  });

  const ask = ({ book }: FleetHealth, deployment: Deployment) => book.admit({ deployment, nowMicros: clock.nowMicros(), waitedMicros: 0, tokens: 1, urgency: "normal" });
  const callOnce = async (one: FleetHealth, error: string | null): Promise<void> => {
    for (;;) {
      const answer = ask(one, A);
      if (answer.verdict === "skip") return;
      if (answer.verdict === "go") {
        const now = clock.nowMicros();
        return answer.pass.end({ startedAtMicros: now, endedAtMicros: now, error, retryable: false, retryAfterMs: null, tokens: null, rateLimit: null });
      }
      await sleep(5);
    }
  };
  async function within(ms: number, what: () => boolean): Promise<void> {
    for (const end = Date.now() + ms; !what(); await sleep(5)) if (Date.now() > end) throw new Error(`not within ${ms} ms`);
  }
  const bands = () => fleet.map(({ book }) => book.bandOf(A.id, clock.nowMicros()));

  it("agree within two seconds on what one of them saw, and on its end, also one that came later", async () => {
    for (let call = 0; call < 3; call++) await callOnce(fleet[0]!, "connection");
    await within(2_000, () => bands().every((band) => band !== "ok"));
    const late = new FleetHealth({ store: place.open(), instance: "late", terms: HEALTH_TERMS, clock, exchangeMs: 500, deployments: () => deployments, onError: () => undefined });
    await late.start();
    expect(late.book.bandOf(A.id, clock.nowMicros())).not.toBe("ok");
    await late.close();
    await sleep(1_100);
    await callOnce(fleet[1]!, null);
    await within(2_000, () => bands().every((band) => band === "ok"));
  });

  it("keep a provider's limit together", async () => {
    let sent = 0;
    const startedAt = Date.now();
    while (Date.now() - startedAt < 4_000) {
      for (const one of fleet) {
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
    expect(sent).toBeGreaterThan(100);
  });
});
