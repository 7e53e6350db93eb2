import type { Cluster } from "../../deploy/local";
import { answeredCases } from "./cases/answered";
import { forgedCases } from "./cases/forged";
import { onceCases } from "./cases/once";
import { poisonCases } from "./cases/poison";
import { refusedCases } from "./cases/refused";
import { streamedCases } from "./cases/streamed";
import { decisionRowsOf } from "../support/installation";
import { PROMPT_MARK, World } from "./world";

/**
 * All services together, from a record on the ingress topic to a row in ClickHouse: the same cases on every profile.
 * `clusterEnv` is asked when the suite starts; null means the embedded profile.
 */
export function pipelineSuite(clusterEnv: () => Cluster<object>["env"] | null): void {
  let running: World | null = null;
  const world = (): World => {
    if (!running) throw new Error("the installation did not start");
    return running;
  };

  beforeAll(async () => {
    const env = clusterEnv();
    running = await World.start({ layout: "default", ...(env ? { clusterEnv: env } : {}) });
  });
  afterAll(() => running?.end());

  describe("answered", () => answeredCases(world));
  describe("refused", () => refusedCases(world));
  describe("once", () => onceCases(world));
  describe("streamed", () => streamedCases(world));
  describe("poison", () => poisonCases(world));
  describe("forged", () => forgedCases(world));

  describe("at the end", () => {
    it("I1 I2 I3 I4 I5 I6 I7: an audit of everything that left finds nothing, and every decision is a row in ClickHouse", async () => {
      const { client, installation, asked, answeredAs } = world();
      const requestIds = [...new Set(asked.map(({ requestId }) => answeredAs.get(requestId) ?? requestId))];
      await client.settled(requestIds);
      const rows = await decisionRowsOf(installation, requestIds);
      expect(world().audit(rows)).toEqual([]);
    });

    it("ends every process in order on SIGTERM, and no prompt stands in any log", async () => {
      const { installation } = world();
      const exits = await installation.stopServices();
      expect(exits).toEqual(Object.fromEntries([...installation.services.keys()].map((name) => [name, 0])));
      for (const service of installation.services.values()) expect(service.log()).not.toContain(PROMPT_MARK);
    });
  });
}
