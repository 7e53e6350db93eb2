import type { Stage } from "@leverframe/kernel";
import type { ConfigOverrides, StageApp } from "../index";
import { ToyPlace } from "./toy-app";
import { toyModules, toyProbe } from "./toy-stages";

const REQUESTS = Array.from({ length: 25 }, (_, index) => `request-${index}`);

const CHAIN: readonly Stage[] = ["classifier", "policy-gate", "selector", "budget-ledger"];

/** Processes of a deployment: which stages each one runs, and its chaining. */
const LAYOUTS: Readonly<Record<string, readonly ConfigOverrides[]>> = {
  "all in one process, chained": [{}],
  "all in one process, split": [{ chaining: { enabled: false } }],
  "all in one process, no cut but the executor's": [{ chaining: { cutBefore: [] } }],
  "the default three deployments": [{ stages: CHAIN }, { stages: ["executor"] }, { stages: ["evaluator"] }],
  "one process for each service": [...CHAIN, "executor" as const, "evaluator" as const].map((stage) => ({ stages: [stage] })),
};

/** Decisions of all requests by request id; what depends on the moment of arrival is taken out. */
async function decisionsIn(layout: readonly ConfigOverrides[]): Promise<{ decisions: Record<string, string>; published: Record<string, number> }> {
  const place = new ToyPlace();
  try {
    const apps: StageApp[] = [];
    for (const process of layout) apps.push(await place.start(toyModules(toyProbe()), process));
    const [app] = apps as [StageApp];
    await place.send(app, REQUESTS);
    const decisions: Record<string, string> = {};
    for (const { event } of await place.read(app, "decisions", REQUESTS.length)) {
      const { receivedAt } = event.origin;
      const timeless = JSON.stringify(event, (_, value: unknown) => {
        if (typeof value === "bigint") return `${value}n`;
        return typeof value === "number" && value >= receivedAt ? value - receivedAt : value;
      });
      decisions[event.meta.requestId] = timeless;
    }
    const published: Record<string, number> = {};
    for (const topic of ["classified", "permitted", "selected", "funded", "executed", "decisions"] as const) {
      const ends = await app.log.endOffsets(topic);
      published[topic] = ends.reduce((sum, end) => sum + Number(end.offset), 0);
    }
    return { decisions, published };
  } finally {
    await place.close();
  }
}

describe("layouts", () => {
  test("the same requests give byte-identical decisions in every layout", async () => {
    const expected = await decisionsIn([{}]);
    expect(Object.keys(expected.decisions).toSorted()).toEqual(REQUESTS.toSorted());
    for (const [name, layout] of Object.entries(LAYOUTS)) {
      const { decisions } = await decisionsIn(layout);
      expect({ name, decisions }).toEqual({ name, decisions: expected.decisions });
    }
  });

  test("a chain writes none of its inner topics; split, each one is written once for each request", async () => {
    const all = REQUESTS.length;
    const chained = await decisionsIn(LAYOUTS["the default three deployments"]!);
    expect(chained.published).toEqual({ classified: 0, permitted: 0, selected: 0, funded: all, executed: all, decisions: all });
    const split = await decisionsIn(LAYOUTS["one process for each service"]!);
    expect(split.published).toEqual({ classified: all, permitted: all, selected: all, funded: all, executed: all, decisions: all });
  });
});
