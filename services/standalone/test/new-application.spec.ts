import { readFileSync } from "node:fs";
import path from "node:path";
import { headersOf, message, TopicNames, topicSpecs } from "@leverframe/contracts";
import type { Response } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import { createStageApp, type StageApp } from "@leverframe/nest";
import { type Cluster, startCluster } from "../../../deploy/local";
import { PoliciesCopy } from "../../../test/policy";
import { Installation, requestOf, type TestClient, TopicReader } from "../../../test/support/installation";
import { type Simulator, startSimulator } from "../../../test/support/simulator";
import { STAGE_MODULES } from "../src";

const TILL = "  - application: till\n    tenant: acme\n    departments: [Sales]\n    defaultDepartment: Sales\n";
const PARTS = { kafka: true, registry: true, redis: true } as const;
/** The sink needs ClickHouse, which has no part in this. */
const STAGES = "classifier,policy-gate,selector,budget-ledger,executor,evaluator";

/** Topics that were made a moment ago may have no leader yet. */
async function stubbornly<T>(open: () => Promise<T>, tries = 5): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof AppError && error.retryable) || tries === 1) throw error;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return stubbornly(open, tries - 1);
  }
}

/** What an operator and a new application do, on either profile. */
function describeNewApplication(profile: string, start: () => Promise<{ readonly env?: Readonly<Record<string, string>>; stop(): Promise<void> }>, provisions: "by itself" | "by an operator"): void {
  describe(`a new application on the ${profile} profile`, () => {
    let world: Awaited<ReturnType<typeof start>> | undefined;
    let simulator: Simulator;
    let installation: Installation;
    let client: TestClient;
    let app: StageApp | undefined;
    let policies: PoliciesCopy;
    beforeAll(async () => {
      [world, simulator] = await Promise.all([start(), startSimulator({ recorded: false })]);
      policies = new PoliciesCopy();
      installation = await Installation.prepare({ layout: "one", simulatorUrl: simulator.url, policiesDir: policies.dir, ...(world.env ? { clusterEnv: world.env } : {}) });
      // Adapters take keys from the process's own environment.
      for (const [name, value] of Object.entries(installation.env)) if (name.endsWith("_API_KEY")) process.env[name] = value;
      client = await installation.client();
      await client.provision();
      await client.watch();
      const env = { ...installation.env, LEVERFRAME_STAGES: STAGES };
      app = await stubbornly(() => createStageApp(STAGE_MODULES, { env, overrides: { log: { level: "silent" }, policies: { watchMs: 100 } } }));
    });
    afterAll(async () => {
      await app?.close();
      await installation?.destroy();
      await simulator?.close();
      await world?.stop();
    });

    it("is heard without a restart, and requests under way are answered meanwhile", async () => {
      const { names, log } = client;
      const before = Array.from({ length: 30 }, (_, index) => requestOf({ text: `Question ${index}: when does the shop open?` }));
      await client.send(before);
      const applications = readFileSync(path.join(policies.dir, "applications.yaml"), "utf8");
      policies.write("applications.yaml", `${applications.trimEnd()}\n\n${TILL}`);
      const specs = topicSpecs(["till"], { names: new TopicNames(names.prefix), partitions: 2 }).filter(({ name }) => name.endsWith(".till"));
      // An operator is slower than a look at a folder: until the topics are there, the stages go on without them.
      if (provisions === "by an operator") await new Promise((resolve) => setTimeout(resolve, 1_500));
      await log.ensureTopics(specs);
      const answers: Response[] = [];
      const reader = await TopicReader.open(log, [names.responses("till")], ({ value }) => void Promise.resolve(client.codec.decode("response", value!)).then((answer) => answers.push(answer)));
      const asked = requestOf({ department: null, text: "Which of the two receipts is the right one?" });
      await log.append([{ topic: names.requests("till"), key: Buffer.from(asked.requestId), value: client.codec.encode("request", asked), headers: headersOf(message("requests", asked, "till")) }]);
      const answer = await client.eventually("the answer to the new application", () => answers.find(({ requestId }) => requestId === asked.requestId));
      expect(answer).toMatchObject({ status: "answered", application: "till", department: "Sales" });
      for (const { requestId } of before) expect(await client.answerTo(requestId)).toMatchObject({ status: "answered" });
      const after = requestOf({ text: "And when does it close?" });
      expect(await client.ask(after)).toMatchObject({ status: "answered" });
      const ids = [...before, after].map(({ requestId }) => requestId);
      // A copy of an answer may come twice; another answer may not.
      for (const id of ids) expect(new Set(client.responses.filter(({ requestId }) => requestId === id).map((response) => `${response.eventId} ${response.answeredAt} ${response.output?.text}`)).size).toBe(1);
      await reader.close();
    });
  });
}

describeNewApplication("embedded", () => Promise.resolve({ stop: () => Promise.resolve() }), "by itself");
describeNewApplication(
  "cluster",
  async () => {
    const cluster: Cluster<typeof PARTS> = await startCluster(PARTS);
    return { env: cluster.env, stop: () => cluster.stop() };
  },
  "by an operator",
);
