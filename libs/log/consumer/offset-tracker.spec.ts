import fc from "fast-check";
import { OffsetTracker } from "./offset-tracker";

/** Rising offsets with gaps, and the order in which their records complete. */
const histories = fc
  .uniqueArray(fc.nat({ max: 50_000 }), { minLength: 1, maxLength: 60 })
  .chain((offsets) =>
    fc.tuple(fc.constant([...offsets].sort((a, b) => a - b)), fc.shuffledSubarray(offsets.map((_, index) => index)), fc.nat({ max: 60 })),
  );

describe("offset tracker", () => {
  it("never passes an incomplete offset, never goes back, and skips gaps", () => {
    fc.assert(
      fc.property(histories, ([offsets, completions, upFront]) => {
        const tracker = new OffsetTracker();
        const done = new Set<number>();
        const tickets: number[] = [];
        let committed = -1n;
        const receive = (upTo: number): void => {
          while (tickets.length < Math.min(upTo, offsets.length)) tickets.push(tracker.track(BigInt(offsets[tickets.length]!)));
        };
        receive(upFront);
        for (const index of completions) {
          receive(index + 1);
          tracker.complete(tickets[index]!);
          tracker.complete(tickets[index]!);
          done.add(index);
          let run = 0;
          while (run < tickets.length && done.has(run)) run++;
          expect(tracker.committable).toBe(run === 0 ? undefined : BigInt(offsets[run - 1]!) + 1n);
          expect(tracker.span).toBe(tickets.length - run);
          expect(tracker.last).toBe(BigInt(offsets[tickets.length - 1]!));
          if (tracker.committable !== undefined) {
            expect(tracker.committable >= committed).toBe(true);
            committed = tracker.committable;
          }
        }
      }),
    );
  });

  it("keeps its tickets valid while it forgets what is complete", () => {
    const tracker = new OffsetTracker();
    const tickets = Array.from({ length: 5_000 }, (_, offset) => tracker.track(BigInt(offset)));
    for (const ticket of tickets.slice(0, 4_998)) tracker.complete(ticket);
    expect(tracker.committable).toBe(4_998n);
    tracker.complete(tickets[4_999]!);
    expect(tracker.committable).toBe(4_998n);
    tracker.complete(tickets[4_998]!);
    expect(tracker.committable).toBe(5_000n);
    expect(tracker.complete(tracker.track(5_007n))).toBeUndefined();
    expect(tracker.committable).toBe(5_008n);
  });

  it("refuses offsets that don't rise and tickets that it never handed out", () => {
    const tracker = new OffsetTracker();
    tracker.track(7n);
    expect(() => tracker.track(7n)).toThrow("expected a higher one");
    expect(() => tracker.complete(1)).toThrow("never handed out");
  });
});
