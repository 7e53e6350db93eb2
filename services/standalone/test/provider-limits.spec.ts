import { PoliciesCopy } from "../../../test/policy";
import { Installation, requestOf, type TestClient } from "../../../test/support/installation";
import { type Simulator, startSimulator } from "../../../test/support/simulator";
import { createStageApp, type ConfigOverrides, type StageApp } from "@leverframe/nest";
import { STAGE_MODULES } from "../src";

const LIMITED = "oss/mistral-small";
/** One a second, and a burst of ten. */
const PER_MINUTE = 60;
const REQUESTS = 40;

describe("a provider's limit in the catalog", () => {
  const policies = new PoliciesCopy();
  let simulator: Simulator;
  let installation: Installation;
  let client: TestClient;
  const apps: StageApp[] = [];

  beforeAll(async () => {
    simulator = await startSimulator({ recorded: false });
    const price = "price: { inputUsd: 0.10, outputUsd: 0.30 }";
    const catalog = policies.read("catalog.yaml");
    expect(catalog).toContain(price);
    policies.write("catalog.yaml", catalog.replace(price, `${price}\n    limits: { requestsPerMinute: ${PER_MINUTE} }`));
    installation = await Installation.prepare({ layout: "one", simulatorUrl: simulator.url, policiesDir: policies.dir });
    for (const [name, value] of Object.entries(installation.env)) if (name.endsWith("_API_KEY")) process.env[name] = value;
    client = await installation.client();
    await client.provision();
    await client.watch();
    const quiet: ConfigOverrides = { log: { level: "silent" }, policies: { watchMs: 0 } };
    apps.push(await createStageApp(STAGE_MODULES, { env: installation.env, overrides: quiet }));
    apps.push(await createStageApp(STAGE_MODULES, { env: installation.env, overrides: { ...quiet, stages: ["executor"] } }));
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
    await installation?.destroy();
    await simulator?.close();
    policies.remove();
  });

  it("is kept by two executors together before the provider has to say no, and what is beyond it goes elsewhere", async () => {
    const startedAt = Date.now();
    const asked = Array.from({ length: REQUESTS }, () => requestOf());
    await client.send(asked);
    await client.settled(asked.map(({ requestId }) => requestId));
    const seconds = (Date.now() - startedAt) / 1_000;
    const calls = simulator.calls.filter(({ provider, model }) => provider === "oss" && model === "mistral-small").length;
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThanOrEqual(PER_MINUTE / 6 + seconds * (PER_MINUTE / 60) + 1);
    // The group divides its work anew while it starts: a copy of an answer may come twice.
    const answers = [...new Map(client.responses.map((response) => [response.requestId, response])).values()];
    expect(answers.map(({ status }) => status)).toEqual(Array(REQUESTS).fill("answered"));
    expect(answers.filter(({ candidate }) => candidate !== LIMITED).length).toBe(REQUESTS - calls);
    const causes = client.decisions.flatMap(({ rounds }) => rounds.flatMap(({ selection }) => selection.excluded)).filter(({ candidate }) => candidate === LIMITED);
    expect(causes).toContainEqual({ candidate: LIMITED, cause: "rate_limit" });
  });
});
