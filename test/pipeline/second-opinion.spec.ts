import { rmSync } from "node:fs";
import type { Request } from "@leverframe/events";
import { type Cluster, startCluster, wholeCluster } from "../../deploy/local";
import { audit } from "../support/audit";
import { decisionRowsOf, evidenceOf, Installation, policiesWithOpinions, requestOf, type TestClient } from "../support/installation";
import { type Simulator, startSimulator } from "../support/simulator";

const REQUESTS = 24;

/** Questions over Kafka, Redis and the schema registry, with the process that hears the opinions killed in between. */
describe("second opinions on the cluster profile", () => {
  let cluster: Cluster<typeof wholeCluster> | undefined;
  let simulator: Simulator;
  let installation: Installation;
  let client: TestClient;
  const asked: Request[] = [];
  const policiesDir = policiesWithOpinions("{ route: second-opinions, when: { taskConfidenceBelow: 0.75 }, latencyMsMax: 60000 }");

  beforeAll(async () => {
    cluster = await startCluster(wholeCluster);
    simulator = await startSimulator({ recorded: false });
    installation = await Installation.start({ layout: "default", clusterEnv: cluster.env, simulatorUrl: simulator.url, policiesDir });
    client = await installation.client();
    await client.watch();
  });
  afterAll(async () => {
    await installation?.destroy();
    await simulator?.close();
    await cluster?.stop();
    rmSync(policiesDir, { recursive: true, force: true });
  });

  it("I1 I2 I3 I4 I5 I6 I7: each request is answered once as the higher risk class may be, though who hears the opinions is killed", async () => {
    const batch = () => Array.from({ length: REQUESTS / 2 }, () => requestOf({ text: "Tell me about it. Somebody called it regulated. [[sim:slow=300]]", deadlineAt: Date.now() * 1_000 + 120_000_000 }));
    asked.push(...batch());
    await client.send(asked);
    await client.eventually("the first questions", () => simulator.calls[2]);
    await installation.service("evaluator").kill();
    const more = batch();
    asked.push(...more);
    await client.send(more);
    await installation.service("evaluator").start();
    const ids = asked.map(({ requestId }) => requestId);
    await client.settled(ids);
    expect(client.responses.map(({ status, provider }) => `${status} by ${provider}`)).toEqual(client.responses.map(() => "answered by boundary"));
    for (const { classification, rounds } of client.decisions) {
      expect(classification).toMatchObject({ riskClass: "regulated", opinion: { status: "given", rulesRiskClass: "low" } });
      expect(rounds.map(({ opinionPermit }) => opinionPermit !== null)).toEqual([true, false]);
    }
    const rows = await decisionRowsOf(installation, ids);
    expect(audit(evidenceOf(client, policiesDir, simulator.calls, asked, rows))).toEqual([]);
    expect(client.deadLetters).toEqual([]);
  });
});
