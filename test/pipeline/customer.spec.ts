import { type Cluster, startCluster } from "../../deploy/local";
import { Installation } from "../support/installation";
import { type Simulator, startSimulator } from "../support/simulator";
import { askAsCustomer, registerAll } from "./kafka-client";

const PARTS = { kafka: true, registry: true, redis: true, clickhouse: true } as const;

describe("a customer's own Kafka client", () => {
  let cluster: Cluster<typeof PARTS> | undefined;
  let simulator: Simulator | undefined;
  let installation: Installation | undefined;
  beforeAll(async () => {
    [cluster, simulator] = await Promise.all([startCluster(PARTS), startSimulator({ recorded: false })]);
    await registerAll(cluster.registry.url);
    // Without a prefix: the client uses the topics' plain names.
    installation = await Installation.start({ layout: "one", simulatorUrl: simulator.url, clusterEnv: cluster.env, env: { LEVERFRAME_TOPIC_PREFIX: "" } });
  });
  afterAll(async () => {
    await installation?.destroy();
    await simulator?.close();
    await cluster?.stop();
  });

  it("asks through Kafka and the schema registry alone, and gets its answer on the response topic", async () => {
    const answer = await askAsCustomer(cluster!.env, "Summarise in one sentence: the shop opens at nine.");
    expect(answer).toMatchObject({ status: "answered", text: expect.stringMatching(/\S/) });
    expect(answer.costUsd).toBeGreaterThan(0);
    expect(simulator!.calls.filter(({ request }) => request === answer.requestId)).toHaveLength(1);
  });
});
