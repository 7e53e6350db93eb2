import type { PolicyChange } from "@leverframe/events";
import { sha256 } from "@leverframe/nest";
import type { Alerts } from "@leverframe/policy";
import { budgetAlert, policyAlert } from "./alert";
import { channelsFor } from "./routing";
import { NOON_MICROS, statusOf } from "./testing/statuses";

const change = (over: Partial<PolicyChange>): PolicyChange => ({
  eventId: "host.1.0", instance: "host.1", kind: "changed", policyVersionBefore: "v1", policyVersion: "v2", catalogVersionBefore: "c1", catalogVersion: "c1", actor: "Ann", actorSource: "git",
  commit: null, gitRef: null, dirty: false, files: [], changes: ["rule `a` added"], behaviour: [], problems: [], at: NOON_MICROS, ...over,
});

describe("what people read", () => {
  const texts = (over: Parameters<typeof statusOf>[1]) => {
    const { title, lines } = budgetAlert(statusOf("e", over))!;
    return [title, ...lines];
  };

  test("a threshold in dollars, and one in tokens", () => {
    expect(texts({ reserved: 5_000_000 })).toEqual(["department:acme/Sales has spent 80 % of its budget of 2026-11", "Spent: $2,400.00", "Cap: $3,000.00", "Held for calls under way: $5.00", "Band: warning"]);
    expect(texts({ unit: "tokens", cap: 1_500_000, settled: 1_200_000, scope: "team:acme/deals" })).toContain("Spent: 1,200,000 tokens");
    expect(texts({ settled: 1_234 })).toContain("Spent: $0.001234");
  });

  test("a forecast with its interval and day, an anomaly with what is usual, a run that was stopped", () => {
    const day = Date.parse("2026-11-27T00:00:00Z") * 1_000;
    expect(texts({ kind: "forecast", thresholdPercent: 130, observed: 3_900_000_000, expectedLow: 3_500_000_000, expectedHigh: 4_400_000_000, exhaustedAt: day }).slice(0, 3)).toEqual([
      "department:acme/Sales will reach 130 % of its budget of 2026-11",
      "At this rate 2026-11 ends at $3,900.00 ($3,500.00 to $4,400.00)",
      "The cap is reached on 2026-11-27",
    ]);
    expect(texts({ kind: "anomaly", window: "2026-11-21T03", observed: 80_000_000, expectedHigh: 6_000_000 })).toEqual([
      "department:acme/Sales spends unusually much: $80.00 in an hour", "Such an hour usually takes up to $6.00", "Hour: 2026-11-21T03 UTC",
    ]);
    expect(texts({ kind: "runaway", scope: "run:acme/night-job", unit: "requests", cap: 200 })[0]).toBe("run:acme/night-job was stopped: it is at its limit of 200 requests");
  });

  test("a kind that this release does not know is left alone", () => expect(budgetAlert(statusOf("e", { kind: "omen" }))).toBeNull());

  test("every instance tells of the same change of policies, so it is one alert; a start is none", () => {
    const [one, two, other] = [change({}), change({ eventId: "host.2.0", instance: "host.2" }), change({ kind: "refused", problems: ["rules.yaml:1:1: no"] })].map((event) => policyAlert(event, sha256)!);
    expect(two!.alertId).toBe(one!.alertId);
    expect(other!.alertId).not.toBe(one!.alertId);
    expect([other!.title, ...other!.lines]).toEqual(["A policy set was refused; v2 stays in force", "By Ann", "rules.yaml:1:1: no"]);
    expect(policyAlert(change({ kind: "started" }), sha256)).toBeNull();
  });
});

describe("routes of alerts", () => {
  const route = (over: Partial<Alerts["routes"][number]>) => ({ scopes: ["*"], kinds: ["threshold", "forecast", "anomaly", "runaway", "policy"] as const, percentMin: 0, channels: ["ops"], ...over });
  const alerts = (...routes: Partial<Alerts["routes"][number]>[]): Alerts => ({ channels: new Map(), routes: routes.map(route), anomaly: null, forecast: null });
  const alert = (over = {}) => budgetAlert(statusOf("e", over))!;

  test.each([
    ["everything", [{}], {}, ["ops"]],
    ["only its scopes", [{ scopes: ["department:acme/*"] }, { scopes: ["department:other/*"], channels: ["x"] }], {}, ["ops"]],
    ["only its kinds", [{ kinds: ["anomaly"] as const }], {}, []],
    ["from its percentage on", [{ percentMin: 95 }], {}, []],
    ["a percentage says nothing about anomalies", [{ percentMin: 95 }], { kind: "anomaly" }, ["ops"]],
    ["each channel once", [{ channels: ["a", "b"] }, { channels: ["b", "c"] }], {}, ["a", "b", "c"]],
  ])("%s", (_, routes, over, channels) => expect(channelsFor(alert(over), alerts(...routes))).toEqual(channels));
});
