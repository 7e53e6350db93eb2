import type { Classification, Opinion } from "@leverframe/events";
import { compilePolicySet, formatPolicyError, wantsOpinion } from "./index";
import { ask, digest, folder, policySet } from "./testing/small-set";

const ROUTES = "routes:\n  - { name: general }\n  - { name: questions }\n  - { name: counted, quota: { requestsPerMinuteMax: 6 } }\n  - { name: closed, lifecycle: archived }\n";
const routes = (settings: string) => ({ "routes.yaml": `default: general\nsecondOpinion: ${settings}\n${ROUTES}` });
const termsOf = (settings: string) => policySet(routes(settings)).routes.secondOpinion;
const errorsOf = (settings: string) => (compilePolicySet(folder(routes(settings)), digest).errors ?? []).map(formatPolicyError);

describe("second opinions in routes.yaml", () => {
  it("are not asked for where nobody says so", () => {
    expect(policySet().routes.secondOpinion).toBeNull();
  });

  it("have terms, of which all but the route may be left out", () => {
    expect(termsOf("{ route: questions }")).toEqual({ route: "questions", when: { taskConfidenceBelow: null, riskClasses: null }, latencyMsMax: 5_000, required: false });
    expect(termsOf("{ route: general, when: { taskConfidenceBelow: 0.75, riskClasses: low }, latencyMsMax: 800, required: true }")).toEqual({
      route: "general", when: { taskConfidenceBelow: 0.75, riskClasses: ["low"] }, latencyMsMax: 800, required: true,
    });
  });

  it("are part of the set's version", () => {
    const versions = ["{ route: questions }", "{ route: general }", "{ route: questions, required: true }"].map((settings) => policySet(routes(settings)).version);
    expect(new Set(versions).size).toBe(3);
  });

  it.each<[string, string, string]>([
    ["no route", "{ required: true }", "routes.yaml:2:16: `secondOpinion` has no `route`"],
    ["an unknown route", "{ route: qestions }", "routes.yaml:2:25: route of second opinions `qestions`; expected general, questions, counted or closed; did you mean `questions`?"],
    ["an archived route", "{ route: closed }", "routes.yaml:2:25: the route of second opinions `closed` is archived; expected a managed or deprecated one"],
    ["a route whose quota nothing would hold", "{ route: counted }", "routes.yaml:2:25: the route of second opinions `counted` has a quota of requests, which questions do not count towards; expected usdPerDayMax"],
    ["an unknown field", "{ route: general, wen: {} }", "routes.yaml:2:34: unknown field `wen` of `secondOpinion`; expected route, when, latencyMsMax or required; did you mean `when`?"],
    ["an empty when", "{ route: general, when: {} }", "routes.yaml:2:40: `when` is empty; expected taskConfidenceBelow or riskClasses, or no `when` to ask about every request"],
    ["a confidence above one", "{ route: general, when: { taskConfidenceBelow: 75 } }", "routes.yaml:2:63: taskConfidenceBelow `75`; expected a number from 0 to 1"],
    ["an unknown risk class", "{ route: general, when: { riskClasses: [lwo] } }", "routes.yaml:2:56: risk class `lwo`; expected low, medium, high or regulated; did you mean `low`?"],
    ["a moment", "{ route: general, latencyMsMax: 5 }", "routes.yaml:2:48: latencyMsMax `5`; expected a whole number from 100 to 600000"],
  ])("%s is an error where it stands", (_what, settings, error) => {
    expect(errorsOf(settings)).toEqual([error]);
  });
});

describe("who is asked about", () => {
  const found = (over: Partial<Classification>) => ask({ classification: over }).classification;
  const wants = (settings: string, over: Partial<Classification>) => wantsOpinion(termsOf(settings), found(over));

  it("is what all of `when` holds for, by what the rules found", () => {
    const when = "{ route: questions, when: { taskConfidenceBelow: 0.75, riskClasses: [low, medium] } }";
    expect(wants(when, { taskConfidence: 0.74, riskClass: "medium" })).toBe(true);
    expect(wants(when, { taskConfidence: 0.75, riskClass: "medium" })).toBe(false);
    expect(wants(when, { taskConfidence: 0.5, riskClass: "high" })).toBe(false);
    expect(wants("{ route: questions }", { taskConfidence: 1, riskClass: "regulated" })).toBe(true);
    expect(wantsOpinion(null, found({ taskConfidence: 0 }))).toBe(false);
  });

  it("is asked about once, whatever came of it", () => {
    for (const status of ["given", "declined"]) expect(wants("{ route: questions }", { opinion: { status } as Opinion })).toBe(false);
  });
});
