import type { Decision } from "@leverframe/events";
import type { Analytics } from "./client";
import { decisionsSince } from "./decisions-since";
import { decisionRows } from "./rows/decision-rows";
import { startEmbeddedStore } from "./testing/embedded-store";
import { decisionOf, NOON_MICROS } from "./testing/fixture";
import { freshDatabase, put, type TestStore } from "./testing/store";

describe("decisions since a moment", () => {
  let store: TestStore;
  let analytics: Analytics;
  beforeAll(async () => {
    store = await startEmbeddedStore();
    analytics = await freshDatabase(store);
  });
  afterAll(async () => {
    await analytics?.close();
    await store?.stop();
  });

  async function ids(since: number, tenant: string | null = null, pageRows?: number): Promise<string[]> {
    const found: Decision[] = [];
    for await (const decision of decisionsSince(analytics, since, tenant, pageRows)) found.push(decision);
    return found.map(({ meta }) => meta.requestId);
  }

  it("come whole, oldest first, once each although stored twice, over pages, from the moment on and of one tenant", async () => {
    const decisions = Array.from({ length: 7 }, (_, index) => decisionOf({ id: `r${index}`, tenant: index === 3 ? "other" : "acme", receivedAt: NOON_MICROS + (index >> 1) }));
    await put(analytics, ...decisions.map(decisionRows));
    await put(analytics, ...decisions.slice(2).map(decisionRows));
    expect(await ids(NOON_MICROS, null, 2)).toEqual(["r0", "r1", "r2", "r3", "r4", "r5", "r6"]);
    expect(await ids(NOON_MICROS + 1)).toEqual(["r2", "r3", "r4", "r5", "r6"]);
    expect(await ids(NOON_MICROS + 1, "acme")).toEqual(["r2", "r4", "r5", "r6"]);
    for await (const decision of decisionsSince(analytics, NOON_MICROS + 3)) expect(decision).toEqual(decisions[6]);
  });
});
