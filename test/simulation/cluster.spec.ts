import { type Cluster, startCluster, wholeCluster } from "../../deploy/local";
import { serverOutageCases } from "./server-outages";
import { orderlyEndCase, serviceCrashCase } from "./service-crashes";
import { Stand } from "./stand";

describe("on the cluster profile", () => {
  let cluster: Cluster<typeof wholeCluster> | undefined;
  beforeAll(async () => {
    cluster = await startCluster(wholeCluster);
  });
  afterAll(() => cluster?.stop());

  // Within, so that everything on the cluster is closed before the cluster is.
  describe("faults", () => {
    let running: Stand | null = null;
    const stand = (): Stand => running!;
    beforeAll(async () => {
      running = await Stand.start(cluster!.env);
    });
    afterAll(() => running?.end());

    serverOutageCases(stand, () => cluster!);
    serviceCrashCase(stand);
    orderlyEndCase(stand);
  });
});
