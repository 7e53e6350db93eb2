import { randomUUID } from "node:crypto";
import { groupCases } from "./conformance/group-cases";
import { recordCases } from "./conformance/record-cases";
import { runtimeCases } from "./conformance/runtime-cases";
import type { Log } from "./log";
import type { LogFeatures, LogUnderTest, Suite } from "./testing/log-under-test";

/** What every log must do, and what the runtime must do on top of it. An adapter's spec is one call of this. */
export function describeLog(name: string, start: () => Promise<LogUnderTest>, features: LogFeatures): void {
  describe(`log: ${name}`, () => {
    let under: LogUnderTest;
    let opened: Log[] = [];
    let admin: Log;

    beforeAll(async () => {
      under = await start();
      admin = under.open();
    });
    afterEach(async () => {
      await Promise.all(opened.map((log) => log.close()));
      opened = [];
    });
    afterAll(async () => {
      await admin?.close();
      await under?.stop();
    });

    const suite: Suite = {
      open: () => {
        const log = under.open();
        opened.push(log);
        return log;
      },
      topic: async (partitions) => {
        const topic = `t-${randomUUID()}`;
        await admin.ensureTopics([{ name: topic, partitions }]);
        return topic;
      },
      group: () => `g-${randomUUID()}`,
      get child() {
        return under.child;
      },
      features,
    };
    recordCases(suite);
    groupCases(suite);
    runtimeCases(suite);
  });
}
