import fc from "fast-check";
import { dueFrom } from "./due-from";

const line = (...needs: readonly number[]) => needs.map((need, index) => ({ need, restsUntilMicros: 0, index }));
const room = (available: number, cap = 100) => ({ available, cap });
const due = (...given: Parameters<typeof dueFrom<{ need: number; restsUntilMicros: number; index: number }>>) => dueFrom(...given).map(({ index }) => index);

describe("who leaves a line", () => {
  test.each<[string, readonly number[], { available: number; cap: number }, readonly number[]]>([
    ["nobody without room", [5, 5], room(0), []],
    ["as many of the first as there is room for", [5, 5, 5], room(10), [0, 1]],
    ["nobody overtakes who does not fit yet", [20, 1, 1], room(10), []],
    ["what no empty account would pay stands in nobody's way", [101, 5, 200, 5], room(10), [1, 3]],
    ["all when nothing stands in the way, as many as are wanted at once", [5, 5, 5, 5], room(Infinity, Infinity), [0, 1, 2]],
    ["exactly what is left", [10], room(10), [0]],
  ])("%s", (_, needs, there, expected) => expect(due(line(...needs), there, 1, 3)).toEqual(expected));

  test("who rests holds up those behind it, until it has rested", () => {
    const resting = [{ need: 1, restsUntilMicros: 10, index: 0 }, { need: 1, restsUntilMicros: 0, index: 1 }];
    expect(due(resting, room(9), 9, 3)).toEqual([]);
    expect(due(resting, room(9), 10, 3)).toEqual([0, 1]);
  });

  test("for any line: in order, within the room, and nobody who fits is left behind one who left", () => {
    const anyone = fc.record({ need: fc.integer({ min: 0, max: 120 }), restsUntilMicros: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(anyone), fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 5 }), (given, available, countMax) => {
        const whole = given.map((one, index) => ({ ...one, index }));
        const left = dueFrom(whole, { available, cap: 100 }, 2, countMax);
        expect(left.map(({ index }) => index)).toEqual(left.map(({ index }) => index).toSorted((a, b) => a - b));
        expect(left.reduce((sum, { need }) => sum + need, 0)).toBeLessThanOrEqual(available);
        expect(left.length).toBeLessThanOrEqual(countMax);
        const last = left.at(-1)?.index ?? -1;
        for (const { index, need } of whole.slice(0, last + 1)) expect(left.some((one) => one.index === index) || need > 100).toBe(true);
      }),
    );
  });
});
