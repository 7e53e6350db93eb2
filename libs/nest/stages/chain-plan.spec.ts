import { STAGES, type Stage } from "@leverframe/kernel";
import fc from "fast-check";
import { chainsOf, handedOn } from "./chain-plan";

const DEFAULT = { enabled: true, cutBefore: ["evaluator", "analytics-sink", "notifier"] as const };
const anyStages = fc.uniqueArray(fc.constantFrom(...STAGES));

describe("chain plan", () => {
  test("the default deployment has three chains, the sink and the notifier", () => {
    expect(chainsOf(STAGES, DEFAULT)).toEqual([
      ["classifier", "policy-gate", "selector", "budget-ledger"],
      ["executor"],
      ["evaluator"],
      ["analytics-sink"],
      ["notifier"],
    ]);
  });

  test("chaining off parts every stage", () => {
    expect(chainsOf(["selector", "classifier"], { enabled: false, cutBefore: [] })).toEqual([["classifier"], ["selector"]]);
  });

  test("no event is ever handed to the executor in memory, whatever the stages and cuts", () => {
    fc.assert(
      fc.property(anyStages, anyStages, (stages, cutBefore) => {
        for (const chain of chainsOf(stages, { enabled: true, cutBefore })) {
          for (const writer of chain) {
            const readers = [...handedOn(writer, chain).values()].flat();
            expect(readers).not.toContain("executor");
            for (const reader of readers) expect(chain.indexOf(reader)).toBeGreaterThan(chain.indexOf(writer));
          }
        }
      }),
    );
  });

  test("a stage runs in exactly one chain", () => {
    fc.assert(
      fc.property(anyStages, anyStages, (stages, cutBefore) => {
        expect(chainsOf(stages, { enabled: true, cutBefore }).flat().toSorted()).toEqual(stages.toSorted());
      }),
    );
  });

  test("a topic with a reader outside of the chain is published, not handed on", () => {
    const withExecutor: Stage[] = ["executor", "evaluator"];
    expect([...handedOn("executor", withExecutor).keys()]).toEqual([]); // the budget ledger reads `executed` too
    expect([...handedOn("classifier", ["classifier", "selector"]).keys()]).toEqual([]);
    expect([...handedOn("classifier", ["classifier", "policy-gate"])]).toEqual([["classified", ["policy-gate"]]]);
    expect([...handedOn("selector", ["classifier", "policy-gate", "selector", "budget-ledger"]).keys()]).toEqual(["selected"]);
  });
});
