import type { Round } from "@leverframe/events";
import { escalationsOf } from "./economics";
import { roundsSinceWait, withoutWaits } from "./waited-rounds";

const round = (choice: string, over: Partial<Round> = {}): Round =>
  ({ selection: { choice }, funding: null, attempts: [], evaluation: { verdict: "escalate", checks: [], reason: "" }, opinionPermit: null, ...over }) as unknown as Round;
const opinion = round("opinion", { evaluation: null, opinionPermit: { kid: "k", body: new Uint8Array(), signature: new Uint8Array() } });
const waited = (choice: string) => round(choice, { evaluation: null });
const names = (rounds: readonly Round[]) => rounds.map(({ selection }) => selection.choice);

describe("rounds of a request that waited", () => {
  test.each<[string, readonly Round[], readonly string[]]>([
    ["none yet", [], []],
    ["never waited: all of them", [opinion, round("a"), round("b")], ["opinion", "a", "b"]],
    ["what lacked capacity is no plan to do better than", [opinion, round("a"), waited("b")], []],
    ["only what came after it is", [waited("a"), waited("b"), round("c")], ["c"]],
  ])("%s", (_, earlier, expected) => expect(names(roundsSinceWait(earlier))).toEqual(expected));

  test("are no escalations", () => {
    const rounds = [opinion, waited("a"), waited("b"), round("c"), round("d")];
    expect(names(withoutWaits(rounds))).toEqual(["opinion", "c", "d"]);
    expect([escalationsOf(rounds), escalationsOf([waited("a"), round("b", { evaluation: null })]), escalationsOf([])]).toEqual([1, 0, 0]);
  });
});
