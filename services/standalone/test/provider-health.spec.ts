import { setTimeout as sleep } from "node:timers/promises";
import type { ProviderHealth, Request, Response } from "@leverframe/events";
import type { StageApp } from "@leverframe/nest";
import { type FleetHealth, HEALTH } from "@leverframe/wiring";
import { requestOf, TopicReader } from "../../../test/support/installation";
import { STAGE_MODULES } from "../src";
import { StagesHere } from "./stages-here";

const OSS = "oss/mistral-small";
const PREMIUM = ["openai/gpt-5.4", "anthropic/claude-sonnet-4-8", "anthropic/claude-opus-4-8"];

/** Far above what a well provider takes on a busy machine, so that no other one is degraded. */
const LATENCY_MS_MAX = 2_000;

/** Real stages on real time: what each fault of a provider comes to. How soon it is over is measured by `npm run bench -- chaos`. */
describe("the health of providers in a running installation", () => {
  let here: StagesHere;
  let first: StageApp;
  let second: StageApp;
  const events: ProviderHealth[] = [];
  let reader: TopicReader;

  beforeAll(async () => {
    here = await StagesHere.prepare();
    const { client } = here;
    reader = await TopicReader.open(client.log, [client.names.name("provider-health")], (record) => {
      void Promise.resolve(client.codec.decode("provider-health", record.value!)).then((event) => events.push(event));
    });
    first = await here.start(STAGE_MODULES, { health: { latencyMsMax: LATENCY_MS_MAX } });
    // Another executor of the same fleet: it shares the work, and what it sees.
    second = await here.start(STAGE_MODULES, { stages: ["executor"], health: { latencyMsMax: LATENCY_MS_MAX } });
  });
  afterAll(async () => {
    await reader?.close();
    await here?.end();
  });
  beforeEach(() => here.simulator.clearFaults());

  const book = (app: StageApp) => app.get<FleetHealth>(HEALTH).book;
  const bands = (deployment: string) => [first, second].map((app) => book(app).bandOf(deployment, Date.now() * 1_000));
  const callsOf = (provider: string) => here.simulator.calls.filter((call) => call.provider === provider).length;

  /** One request after the other until `done` says so; all answers. */
  async function flow(done: (answers: readonly Response[]) => boolean, draft: () => Request = requestOf, withinMs = 120_000): Promise<Response[]> {
    const answers: Response[] = [];
    const until = Date.now() + withinMs;
    while (!done(answers)) {
      if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(answers.slice(-3).map(({ status, candidate, refusal }) => [status, candidate, refusal?.message]))}`);
      answers.push(await here.client.ask(draft()));
      await sleep(10);
    }
    return answers;
  }
  const answeredBy = (candidate: string) => (answers: readonly Response[]) => answers.slice(-3).length === 3 && answers.slice(-3).every((answer) => answer.candidate === candidate);
  const count = (answers: number) => (made: readonly Response[]) => made.length >= answers;

  it("a dead provider: three failures open the breaker, everybody hears of it, every request is answered elsewhere", async () => {
    await flow(answeredBy(OSS));
    const before = callsOf("oss");
    here.simulator.script({ provider: "oss", fault: "error=503" });
    const startedAt = Date.now();
    const openings = () => events.filter(({ deployment, cause, at }) => deployment === OSS && cause === "breaker_opened" && at >= startedAt * 1_000).toSorted((a, b) => a.at - b.at);
    const opened = await flow(() => openings().length > 0);
    // Whoever did not see it heard it: two instances have told of the opening.
    await here.client.eventually("both executors to know", () => (new Set(openings().map(({ instance }) => instance)).size === 2 ? true : undefined));
    // Each of the two counts its own failures, one request after the other: the third of either opens, whenever that is seen here.
    const calls = here.simulator.calls.filter(({ provider }) => provider === "oss").slice(before);
    expect(calls.filter(({ atMs }) => atMs * 1_000 <= openings()[0]!.at).length).toBeLessThanOrEqual(6);
    const during = await flow(count(30));
    for (const { status, candidate } of [...opened, ...during]) expect([status, candidate]).toEqual(["answered", expect.not.stringMatching(/^oss\/mistral-small$/)]);
    // What is left are probes, each executor's own at most, at growing distances.
    const seconds = (Date.now() - startedAt) / 1_000;
    expect(callsOf("oss") - before).toBeLessThanOrEqual(6 + 6 * seconds);
    expect(events).toContainEqual(expect.objectContaining({ deployment: OSS, cause: "breaker_opened", breaker: "open", band: "down", error: "overloaded" }));
  });

  it("it is used again when it is well", async () => {
    await flow(answeredBy(OSS));
    expect(bands(OSS)).not.toContain("down");
  });

  it("says on the decision who was not called, and why", async () => {
    const causes = here.client.decisions.flatMap(({ rounds }) => rounds.flatMap(({ selection }) => selection.excluded)).filter(({ candidate }) => candidate === OSS).map(({ cause }) => cause);
    expect(causes.filter((cause) => cause === "deployment_down" || cause === "breaker_open").length).toBeGreaterThan(0);
  });

  it("a storm of 429: the provider is left alone for as long as it asks, and used again after", async () => {
    const askedSeconds = 2;
    here.simulator.script({ provider: "oss", fault: `429=${askedSeconds}` });
    const before = callsOf("oss");
    const startedAt = Date.now();
    // For so long, not for so many answers: whoever is told to wait waits and tries again, so one answer may take all of the asked time.
    const answers = await flow(() => Date.now() - startedAt > 4 * askedSeconds * 1_000);
    expect(answers.every(({ status }) => status === "answered")).toBe(true);
    // Each of the two executors calls each model once, and once more whenever the asked time is over.
    const seconds = (Date.now() - startedAt) / 1_000;
    const calls = here.simulator.calls.filter(({ provider }) => provider === "oss").slice(before);
    expect(calls.length).toBeGreaterThan(0);
    for (const ofModel of Map.groupBy(calls, ({ model }) => model).values()) expect(ofModel.length).toBeLessThanOrEqual(2 * (1 + Math.floor(seconds / askedSeconds)));
    here.simulator.clearFaults();
    await flow(answeredBy(OSS));
  });

  it("a flapping provider: every request is answered, and it is used again when it has calmed down", async () => {
    here.simulator.script({ provider: "oss", sequence: ["ok", "reset", "reset", "reset", "ok"], repeat: true });
    const answers = await flow(count(30));
    expect(answers.every(({ status }) => status === "answered")).toBe(true);
    here.simulator.clearFaults();
    await flow(answeredBy(OSS));
  });

  it("a slow provider is degraded, not down", async () => {
    here.simulator.script({ provider: "oss", fault: `slow=${LATENCY_MS_MAX * 1.5}` });
    // Failures of the cases before may have degraded it already: it is to be its latency.
    const slow = () => [first, second].some((app) => (book(app).measuredOf(OSS, Date.now() * 1_000)?.latencyMs ?? 0) > LATENCY_MS_MAX);
    for (let batch = 0; batch < 20 && !(slow() && bands(OSS).includes("degraded")); batch++) await Promise.all(Array.from({ length: 24 }, () => here.client.ask(requestOf())));
    expect([slow(), bands(OSS).includes("degraded"), bands(OSS).includes("down")]).toEqual([true, true, false]);
  });

  it("steps down the route's degradation ladder when every premium path is down", async () => {
    here.simulator.clearFaults();
    const coding = () => requestOf({ department: "R&D", taskType: "coding", text: "Write a function that reverses a list." });
    // The cases before may have left it ill for a while.
    await flow(answeredBy("oss/qwen3-coder"), coding);
    here.simulator.script({ provider: "oss", fault: "error=503" });
    // The ladder of the route `code` begins with what reasons.
    const answers = await flow((made) => made.length > 5 && PREMIUM.includes(String(made.at(-1)!.candidate)), coding);
    expect(answers.every(({ status }) => status === "answered")).toBe(true);
    const last = await here.client.decisionOn(answers.at(-1)!.requestId);
    expect(last.rounds[0]!.selection.strategy === "degradation_ladder" || last.rounds[0]!.selection.fallbacks.some((id) => PREMIUM.includes(id))).toBe(true);
  });

  it("the policy gate sees a provider that is down, and the permit records it", async () => {
    here.simulator.script({ provider: "oss", fault: "error=503" });
    const { readPermit } = await import("@leverframe/permit");
    const answers = await flow((made) => made.length > 100 || bands(OSS).includes("down"), requestOf);
    expect(answers.length).toBeLessThanOrEqual(100);
    await flow((made) => {
      const ids = new Set(made.map(({ requestId }) => requestId));
      return here.client.decisions.some(({ meta, permit }) => ids.has(meta.requestId) && permit && readPermit(permit.body).state["providerHealth.oss"] === "down");
    });
    const down = here.client.decisions.find(({ permit }) => permit && readPermit(permit.body).state["providerHealth.oss"] === "down")!;
    expect(readPermit(down.permit!.body).rules).toContain("open-models-down");
    expect(down.permitted.some((id) => id.startsWith("oss/"))).toBe(false);
  });

  it("metrics tell the health, the breaker and the limit of each deployment", async () => {
    const text = await (await fetch(`${first.address}/metrics`)).text();
    for (const name of ["leverframe_deployment_health", "leverframe_deployment_breaker", "leverframe_deployment_concurrency_limit", "leverframe_calls_skipped_total"]) {
      expect(text).toMatch(new RegExp(`^${name}\\{deployment="oss/mistral-small"`, "m"));
    }
  });
});
