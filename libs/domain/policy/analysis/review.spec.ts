import { policySet, setWithRules } from "../testing/small-set";
import { review } from "./review";

const ALLOWED = { id: "all", allow: "all", when: { riskClass: ["low", "medium"] } };
const BOUNDARY = { id: "boundary", allow: { tag: "boundary" }, when: { riskClass: { at_least: "high" } } };
const topics = (...[before, after]: [object[], object[]]) => review(setWithRules(...before), setWithRules(...after)).questions.map(({ topic }) => topic);

describe("the questions of a reviewer", () => {
  it("are none about a change that only renames and reorders", () => {
    expect(topics([ALLOWED, BOUNDARY], [{ ...BOUNDARY, id: "b2", owner: "me" }, ALLOWED])).toEqual([]);
  });

  it("asks about a path that opens for sensitive data, and about the regulated requests that it touches", () => {
    const { questions } = review(setWithRules(ALLOWED, BOUNDARY), setWithRules(ALLOWED, BOUNDARY, { id: "oops", allow: { region: "us" }, when: { riskClass: "regulated" } }));
    expect(questions.map(({ topic }) => topic)).toEqual(["sensitive_path", "regulated_route"]);
    expect(questions[0]).toMatchObject({ rules: ["oops"], witness: { input: { classification: { riskClass: "regulated" } } } });
    expect(questions[0]?.question).toContain("big-us, mid-us");
  });

  it("does not call it a sensitive path when only low risk gains a model", () => {
    expect(topics([BOUNDARY, { ...ALLOWED, allow: { licence: "oss" } }], [BOUNDARY, ALLOWED])).toEqual([]);
  });

  it("asks about a floor that sinks, an obligation that weakens, and not about those that grow stricter", () => {
    const terms = (floor: number, tokens: number) => ({ id: "o", oblige: { qualityFloor: floor, outputTokensMax: tokens } });
    expect(topics([ALLOWED, terms(0.8, 100)], [ALLOWED, terms(0.7, 200)])).toEqual(expect.arrayContaining(["lower_floor", "weaker_obligation"]));
    expect(topics([ALLOWED, terms(0.7, 200)], [ALLOWED, terms(0.8, 200)])).toEqual([]);
  });

  it("asks about dearer answers and about requests that are no longer answered", () => {
    expect(topics([ALLOWED], [ALLOWED, { id: "no-oss", why: "x", forbid: { licence: "oss" } }])).toEqual(expect.arrayContaining(["higher_cost"]));
    expect(topics([ALLOWED], [ALLOWED, { id: "none", why: "x", forbid: "all", when: { channel: "slack" } }])).toEqual(["new_refusal"]);
  });

  it("asks about budgets, applications, proofs and acknowledgements, which no rule speaks of", () => {
    const before = policySet({ "proofs/p.yaml": "proofs:\n  - { name: bounded, always: { permitsOnly: all } }\n" });
    const after = policySet({
      "budgets.yaml": "tenants:\n  acme: { capUsd: 200, hard: false }\n",
      "applications.yaml": "applications:\n  - { application: default, tenant: acme, departments: [Sales, Legal, R&D] }\n  - { application: crm, tenant: acme, departments: [Sales] }\n",
    });
    const text = review(before, after).questions.map(({ question }) => question).join("\n");
    expect(text).toContain("the cap of `tenant:acme a month` rises from $100.00 to $200.00");
    expect(text).toContain("becomes soft");
    expect(text).toContain("application `crm` is new");
    expect(text).toContain("the proof `bounded` is gone");
  });
});
