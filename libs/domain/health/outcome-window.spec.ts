import fc from "fast-check";
import { OutcomeWindow, type WindowOutcome } from "./outcome-window";

describe("the window of outcomes", () => {
  it("counts what a plain list of the last calls counts", () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 400 }), outcome: fc.constantFrom<WindowOutcome>("answered", "slow", "failed") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const window = new OutcomeWindow(7, 1_000);
        let now = 0;
        let list: { at: number; outcome: WindowOutcome }[] = [];
        for (const { afterMs, outcome } of steps) {
          now += afterMs * 1_000;
          window.record(outcome, now);
          list = [...list, { at: now, outcome }].filter(({ at }) => at > now - 1_000_000).slice(-7);
          const count = (of: WindowOutcome) => list.filter((one) => one.outcome === of).length;
          expect(window.counts(now)).toEqual({ samples: list.length, failures: count("failed"), slow: count("slow") });
        }
        expect(window.counts(now + 1_000_000)).toEqual({ samples: 0, failures: 0, slow: 0 });
      }),
    );
  });
});
