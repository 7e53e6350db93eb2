import { audit } from "../support/audit";
import { decisionRowsOf, evidenceOf, Installation, leverframe, requestOf, type TestClient } from "../support/installation";
import { type Simulator, startSimulator } from "../support/simulator";

const MODELS = ["mistral-small", "gpt-5.4-mini"];
/** None of them ends while the test runs. */
const LATENCY_MS = 600_000;
const REQUESTS = 6;
/** Calls count as lost after five seconds, reservations as abandoned after twelve: a busy machine has made the calls by then. */
const QUICK_SWEEPS = { LEVERFRAME_LEDGER_SWEEP_SECONDS: "1", LEVERFRAME_LEDGER_ABANDONED_CALL_SECONDS: "5", LEVERFRAME_LEDGER_ABANDONED_REQUEST_SECONDS: "12" };

describe("reservations whose executor is dead", () => {
  let simulator: Simulator;
  let installation: Installation;
  let client: TestClient;
  const asked = Array.from({ length: REQUESTS }, (_, index) => requestOf({ text: `Hello, number ${index}.` }));
  beforeAll(async () => {
    const latency = { total: { kind: "fixed", ms: LATENCY_MS } } as const;
    simulator = await startSimulator({ recorded: false, models: Object.fromEntries(MODELS.map((model) => [model, { latency }])) });
    installation = await Installation.start({ layout: "default", simulatorUrl: simulator.url, env: QUICK_SWEEPS });
    client = await installation.client();
    await client.watch();
  });
  afterAll(async () => {
    await installation?.destroy();
    await simulator?.close();
  });

  const metrics = async () => (await fetch(`${installation.service("route").address}/metrics`)).text();
  const oldestSeconds = async () => Number(/^leverframe_ledger_uncleared_oldest_seconds (\S+)$/m.exec(await metrics())?.[1]);

  it("I2 I3 no overspend: are swept, their calls at the worst case, and the metric tells of them until then", async () => {
    await client.send(asked);
    await client.eventually("calls under way", () => simulator.calls.length > 0 || undefined);
    await installation.service("executor").kill();
    const calls = simulator.calls.length;
    expect(await oldestSeconds()).toBeGreaterThan(0);
    await client.eventually("the releases", () => client.entries.filter(({ kind }) => kind === "released").length === REQUESTS || undefined);
    expect(await oldestSeconds()).toBe(0);
    const unseen = client.entries.filter(({ kind, status }) => kind === "settled" && status === "unseen");
    // A call was begun before it reached the provider, so there may be one more of those than of calls.
    expect(unseen.length).toBeGreaterThanOrEqual(calls);
    expect(unseen.length).toBeLessThanOrEqual(REQUESTS);
    for (const { amountMicroUsd } of unseen) expect(amountMicroUsd).toBeGreaterThan(0);
    expect(await metrics()).toContain(`leverframe_ledger_swept_total{step="settled_unseen"} ${unseen.length}`);
    const { out, exitCode } = await leverframe(installation.env, "ledger", "verify");
    expect(out).toContain("every reservation cleared to zero");
    expect(exitCode).toBe(0);
  });

  it("I1 I2 I3 I4 exactly one answer: an executor that takes over makes no second call, and everybody is answered once", async () => {
    const calls = simulator.calls.length;
    await installation.service("executor").start();
    const requestIds = asked.map(({ requestId }) => requestId);
    await client.settled(requestIds);
    expect(simulator.calls.length).toBe(calls);
    const rows = await decisionRowsOf(installation, requestIds);
    expect(audit(evidenceOf(client, installation.policiesDir, simulator.calls, asked, rows))).toEqual([]);
  });
});
