import fc from "fast-check";
import { lackedCapacity } from "./capacity-failure";
import { laneFrom, laneName, laneText } from "./lane";
import { restMicros, waitsUntil } from "./parking-terms";

describe("how long a request may wait", () => {
  test.each<[string, number | null, number | null, number | null]>([
    ["not where no policy lets it", null, 9_000_000, null],
    ["as long after its arrival as the policy lets it", 60, null, 61_000_000],
    ["not beyond its own deadline", 60, 9_000_000, 9_000_000],
    ["not longer than the policy lets it, however late its deadline", 60, 99_000_000, 61_000_000],
  ])("%s", (_, deferSecondsMax, deadlineAtMicros, expected) => expect(waitsUntil({ receivedAtMicros: 1_000_000, deadlineAtMicros, deferSecondsMax })).toBe(expected));

  test("who comes back rests, twice as long each time, and not for ever", () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((times) => restMicros(times) / 1_000_000)).toEqual([0, 2, 4, 8, 16, 16, 16]);
  });
});

describe("a plan that lacked capacity", () => {
  test.each<[string, string | null, readonly string[], boolean]>([
    ["nobody was fit to be called", "unavailable", [], true],
    ["every call failed in passing", "attempts_exhausted", ["overloaded", "connection", "rate_limited", "timeout"], true],
    ["one said something about the request", "attempts_exhausted", ["overloaded", "bad_request"], false],
    ["one was declined", "attempts_exhausted", ["content_refused"], false],
    ["nobody knows how a call ended", "attempts_exhausted", ["outcome_unknown"], false],
    ["there was no call", "attempts_exhausted", [], false],
    ["too late", "deadline_exceeded", ["overloaded"], false],
    ["it was answered", null, ["succeeded"], false],
  ])("%s", (_, failureCode, outcomes, expected) => expect(lackedCapacity({ failureCode, outcomes })).toBe(expected));
});

describe("a lane", () => {
  const name = fc.stringMatching(/^[a-z:/*.]{1,12}$/);
  const lane = fc.oneof(
    fc.record({ kind: fc.constant("account" as const), scope: name, window: name, unit: name, cap: fc.option(fc.nat()) }),
    fc.record({ kind: fc.constant("capacity" as const), candidates: fc.uniqueArray(name, { minLength: 1 }).map((names) => names.sort()) }),
  );

  test("is read back from its text, and plans of the same candidates share one", () => {
    fc.assert(fc.property(lane, (one) => expect(laneFrom(laneText(one))).toEqual(one)));
    expect(laneText({ kind: "capacity", candidates: ["b", "a", "b"] })).toBe(laneText({ kind: "capacity", candidates: ["a", "b"] }));
    expect([laneFrom(""), laneFrom("x\ty")]).toEqual([null, null]);
  });

  test("has a name for people", () => {
    expect(laneName(laneText({ kind: "account", scope: "department:acme/Sales", window: "month", unit: "usd", cap: null }))).toBe("department:acme/Sales (usd, month)");
    expect(laneName(laneText({ kind: "capacity", candidates: ["b", "a"] }))).toBe("capacity of a, b");
  });
});
