import { type Cluster, startCluster, wholeCluster } from "../../deploy/local";
import { deferredLaneSuite } from "./deferred-lane.suite";
import { pipelineSuite } from "./pipeline.suite";

describe("on the cluster profile", () => {
  let cluster: Cluster<typeof wholeCluster> | undefined;
  beforeAll(async () => {
    cluster = await startCluster(wholeCluster);
  });
  afterAll(() => cluster?.stop());

  // Within, so that everything on the cluster is closed before the cluster is.
  describe("the pipeline", () => pipelineSuite(() => cluster?.env ?? null));
  describe("requests that may wait", () => deferredLaneSuite(() => cluster?.env ?? null));
});
