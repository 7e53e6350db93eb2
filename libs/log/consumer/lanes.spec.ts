import fc from "fast-check";
import { Lanes } from "./lanes";

describe("lanes", () => {
  it("run the items of a lane one at a time, in the order offered, whatever ends first", () => {
    const offered = fc.array(fc.constantFrom("a", "b", "c", null), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(offered, fc.infiniteStream(fc.nat()), (keys, picks) => {
        const lanes = new Lanes<number>();
        const running: number[] = [];
        const ran: number[] = [];
        const start = (item: number): void => {
          running.push(item);
          ran.push(item);
        };
        keys.forEach((key, item) => {
          if (lanes.enter(key, item)) start(item);
        });
        while (running.length > 0) {
          const keyed = running.map((item) => keys[item]).filter((key) => key !== null);
          expect(new Set(keyed).size).toBe(keyed.length);
          const [ended] = running.splice(picks.next().value! % running.length, 1);
          const next = lanes.release(keys[ended!]!);
          if (next !== undefined) start(next);
        }
        expect(ran.toSorted((a, b) => a - b)).toEqual(keys.map((_, item) => item));
        for (const key of ["a", "b", "c"]) {
          const order = ran.filter((item) => keys[item] === key);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
