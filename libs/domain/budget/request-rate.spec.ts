import { nextMinute, routeRate } from "./request-rate";

const at = (text: string) => Date.parse(text) * 1_000;

describe("the rate of a route", () => {
  test.each([
    ["2026-11-21T08:15:00Z", 0, "2026-11-21T08:15", "2026-11-21T08:16:00Z"],
    ["2026-11-21T08:15:59.999Z", 999, "2026-11-21T08:15", "2026-11-21T08:16:00Z"],
    ["2026-12-31T23:59:30Z", 0, "2026-12-31T23:59", "2027-01-01T00:00:00Z"],
  ])("counts %s + %i µs in %s, until %s", (time, micros, window, next) => {
    expect(routeRate("acme", "code", 60, at(time) + micros)).toEqual({ scope: "route:acme/code", window, requestsMax: 60 });
    expect(nextMinute(window)).toBe(next);
  });
});
