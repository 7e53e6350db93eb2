import { decide } from "./index";
import { ask, setWithRules } from "./testing/small-set";

/** What a company may answer to a budget that runs dry, each step harder than the one before. */
const RULES = [
  "{ id: all, allow: all }",
  "{ id: near-prefers-cheap, prefer: { licence: oss }, when: { budgetBandDepartment: { at_least: warning } } }",
  "{ id: near-no-premium, why: w, forbid: { tier: premium }, when: { budgetBandDepartment: { at_least: warning } } }",
  "{ id: near-throttled, oblige: { requestsPerMinuteMax: 30 }, when: { budgetBandDepartment: { at_least: warning } } }",
  "{ id: over-open-models, why: w, require: { licence: oss }, when: { budgetBandDepartment: exceeded } }",
  "{ id: near-waits, oblige: { deferSecondsMax: 7200 }, when: { budgetBandDepartment: { at_least: warning }, latencyClass: [batch, standard] } }",
  "{ id: over-waits, oblige: { deferSecondsMax: 3600 }, when: { budgetBandDepartment: exceeded } }",
  "{ id: over-throttled, oblige: { requestsPerMinuteMax: 5, escalationsMax: 0 }, when: { budgetBandDepartment: exceeded } }",
  "{ id: tenant-over-refused, why: 'The tenant has nothing left', forbid: all, when: { budgetBandTenant: exceeded } }",
];

function answer(state: Readonly<Record<string, string>>) {
  const { permit, refusal } = decide(setWithRules(...RULES), { ...ask({}), state });
  if (permit === null) return { refused: refusal.code, rules: refusal.rules };
  return { permitted: permit.candidates.map(({ id }) => id), preferred: permit.candidates.filter(({ preference }) => preference > 0).map(({ id }) => id), requestsPerMinuteMax: permit.obligations.requestsPerMinuteMax, deferSecondsMax: permit.obligations.deferSecondsMax };
}

describe("what policy does with the band of a budget", () => {
  test.each<[string, Readonly<Record<string, string>>, object]>([
    ["in order: everything", { budgetBandDepartment: "ok", budgetBandTenant: "ok" }, { permitted: ["big-us", "big-eu", "mid-us", "small-eu"], requestsPerMinuteMax: null, deferSecondsMax: null }],
    ["warning: a lower tier, cheap first, throttled", { budgetBandDepartment: "warning", budgetBandTenant: "ok" }, { permitted: ["mid-us", "small-eu"], preferred: ["small-eu"], requestsPerMinuteMax: 30, deferSecondsMax: 7_200 }],
    ["exceeded: open models alone, throttled harder, and what cannot be paid waits for the shorter of two times", { budgetBandDepartment: "exceeded", budgetBandTenant: "warning" }, { permitted: ["small-eu"], requestsPerMinuteMax: 5, deferSecondsMax: 3_600 }],
    ["exceeded by the tenant: refused, with the rule", { budgetBandDepartment: "ok", budgetBandTenant: "exceeded" }, { refused: "no_permitted_candidate", rules: ["tenant-over-refused"] }],
    ["the ledger cannot be asked: as if exceeded", {}, { refused: "no_permitted_candidate" }],
  ])("%s", (_, state, expected) => expect(answer(state)).toMatchObject(expected));
});
