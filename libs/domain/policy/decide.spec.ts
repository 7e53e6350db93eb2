import type { RiskClass } from "@leverframe/events";
import { decide, PERMIT_GRACE_MICROS } from "./index";
import { ask, type Ask, policySet, setWithRules } from "./testing/small-set";

const ALL = ["big-us", "big-eu", "mid-us", "small-eu"];
const ALLOW_ALL = "{ id: all, allow: all }";

/** Ids of the permitted candidates, or the refusal's code. */
function outcome(rules: readonly string[], request: Ask = {}): readonly string[] | string {
  const answer = decide(setWithRules(...rules), ask(request));
  return answer.permit?.candidates.map(({ id }) => id) ?? answer.refusal?.code ?? "";
}

describe("what is permitted", () => {
  it("is nothing by default", () => {
    expect(outcome(["{ id: p, prefer: all }"])).toBe("no_permitted_candidate");
    expect(outcome(["{ id: r, why: w, require: { region: eu } }"])).toBe("no_permitted_candidate");
  });

  it("is what some allow names, and every require, in catalog order", () => {
    expect(outcome(["{ id: b, allow: { licence: oss } }", "{ id: a, allow: { model: big } }"])).toEqual(["big-us", "big-eu", "small-eu"]);
    expect(outcome([ALLOW_ALL, "{ id: r, why: w, require: { region: eu } }"])).toEqual(["big-eu", "small-eu"]);
    expect(outcome([ALLOW_ALL, "{ id: r, why: w, require: { region: eu, tag: [boundary, oss], licence: commercial } }"])).toEqual(["big-eu"]);
  });

  it("I1 is never what a fired forbid names, however many rules allow, require or prefer it", () => {
    const praise = ["{ id: x, allow: { model: small } }", "{ id: y, prefer: { model: small } }", "{ id: z, why: w, require: { model: small } }"];
    expect(outcome([ALLOW_ALL, ...praise, "{ id: f, why: w, forbid: { licence: oss } }"])).toBe("no_permitted_candidate");
  });

  it.each(["tier: premium", "model: big", "deployment: [big-us, big-eu]"])("can be named by %s", (matcher) => {
    expect(outcome([`{ id: a, allow: { ${matcher} } }`])).toEqual(["big-us", "big-eu"]);
  });

  it("is only what can do it: capabilities, and room for prompt and answer", () => {
    expect(outcome([ALLOW_ALL], { classification: { capabilities: ["vision"] } })).toEqual(["big-us", "big-eu"]);
    expect(outcome([ALLOW_ALL], { classification: { inputTokensMax: 8_976 } })).toEqual(ALL);
    expect(outcome([ALLOW_ALL], { classification: { inputTokensMax: 8_977 } })).toEqual(["big-us", "big-eu", "mid-us"]);
    expect(outcome([ALLOW_ALL], { classification: { inputTokensMax: 8_977 }, maxOutputTokens: 1_000 })).toEqual(ALL);
    expect(outcome([ALLOW_ALL, "{ id: o, oblige: { outputTokensMax: 100 } }"], { classification: { inputTokensMax: 9_900 } })).toEqual(ALL);
  });
});

describe("a condition", () => {
  const forbidWhen = (when: string, unless = "") => [ALLOW_ALL, `{ id: f, why: w, forbid: all, when: ${when}${unless && `, unless: ${unless}`} }`];
  const fires = (when: string, request: Ask = {}, unless = "") => outcome(forbidWhen(when, unless), request) === "no_permitted_candidate";
  const risk = (riskClass: RiskClass): Ask => ({ classification: { riskClass } });

  it.each<[string, Ask, Ask]>([
    ["{ department: Legal }", { department: "Legal" }, { department: "Sales" }],
    ["{ department: [Legal, Sales] }", { department: "Sales" }, { department: "R&D" }],
    ["{ department: { none_of: [Legal] } }", { department: "Sales" }, { department: "Legal" }],
    ["{ riskClass: { at_least: high } }", risk("regulated"), risk("medium")],
    ["{ riskClass: { at_most: medium } }", risk("low"), risk("high")],
    ["{ riskClass: { at_least: medium, at_most: high } }", risk("high"), risk("regulated")],
    ["{ riskSignals: phi }", { signals: ["legal", "phi"] }, { signals: ["legal"] }],
    ["{ riskSignals: { all_of: [phi, legal] } }", { signals: ["legal", "phi"] }, { signals: ["legal"] }],
    ["{ riskSignals: { none_of: [phi, legal] } }", { signals: ["secret"] }, { signals: ["phi"] }],
    ["{ riskSignals: { any_of: [phi], none_of: [legal] } }", { signals: ["phi"] }, { signals: ["phi", "legal"] }],
    ["{ spend: mid }", { attributes: { spend: "10" } }, { attributes: { spend: "100" } }],
    ["{ spend: { at_least: mid } }", { attributes: { spend: "1000" } }, { attributes: { spend: "9.99" } }],
    ["{ tags: gdpr }", { attributes: { tags: "hipaa, gdpr" } }, { attributes: { tags: "hipaa" } }],
    ["{ project: [apollo] }", { attributes: { project: "apollo" } }, { attributes: { project: "gemini" } }],
    ["{ contextSize: small }", {}, { classification: { inputTokensMax: 8_000 } }],
    ["{ department: Legal, riskClass: low }", { department: "Legal" }, { department: "Legal", ...risk("high") }],
    ["{ any: [{ department: Legal }, { riskClass: high }] }", risk("high"), risk("low")],
    ["{ not: { department: [Legal, R&D] } }", { department: "Sales" }, { department: "R&D" }],
    ["{ all: [{ not: { riskClass: low } }, { any: { department: Legal } }] }", { department: "Legal", ...risk("medium") }, { department: "Legal" }],
    ["{ route: general }", {}, { route: "other" }],
    ["{ budgetBand: exceeded }", { state: { budgetBand: "exceeded" } }, { state: { budgetBand: "ok" } }],
  ])("%s holds for the one and not for the other", (when, holds, not) => {
    expect(fires(when, holds)).toBe(true);
    expect(fires(when, not)).toBe(false);
  });

  it("holds unless `unless` does", () => {
    expect(fires("{ department: Sales }", { signals: [] }, "{ riskSignals: legal }")).toBe(true);
    expect(fires("{ department: Sales }", { signals: ["legal"] }, "{ riskSignals: legal }")).toBe(false);
  });

  it.each<[string, string, Ask]>([
    ["missing", "{ channel: slack }", {}],
    ["not among the declared values", "{ channel: slack }", { attributes: { channel: "fax" } }],
    ["no number", "{ spend: high }", { attributes: { spend: "a lot" } }],
    ["a set with a member that nobody declared", "{ riskSignals: phi }", { signals: ["brand_new"] }],
    ["not in the values of its enum", "{ taskType: coding }", { classification: { taskType: "juggling" } }],
    ["of the wrong type", "{ riskSignals: phi }", { classification: { riskSignals: null as never } }],
    ["state that was not handed in", "{ budgetBand: exceeded }", {}],
    ["the name of something every object has", "{ builder: x }", {}],
  ])("over an attribute that is %s fails closed", (_, when, request) => {
    expect(fires(when, request)).toBe(true);
    expect(fires("{ department: Sales }", request, when)).toBe(true);
    expect(outcome([`{ id: a, allow: all, when: ${when} }`], request)).toBe("no_permitted_candidate");
    expect(outcome([`{ id: a, allow: all, unless: ${when} }`], request)).toBe("no_permitted_candidate");
    expect(outcome([ALLOW_ALL, `{ id: r, why: w, require: { region: eu }, when: ${when} }`], request)).toEqual(["big-eu", "small-eu"]);
    const answer = decide(setWithRules(ALLOW_ALL, `{ id: o, oblige: { humanReview: true }, when: ${when} }`, `{ id: p, prefer: { model: big }, when: ${when} }`), ask(request));
    expect(answer.permit?.obligations.humanReview).toBe(true);
    expect(answer.permit?.candidates.map(({ preference }) => preference)).toEqual([0, 0, 0, 0]);
  });

  it("over an unknown attribute does not fire where the rest of it settles the matter", () => {
    expect(fires("{ department: Legal, channel: slack }", { department: "Sales" })).toBe(false);
    expect(fires("{ department: Legal, channel: slack }", { department: "Legal" })).toBe(true);
  });
});

describe("a refusal", () => {
  it("names for each candidate the first cause, and every rule that excluded one", () => {
    const rules = ["{ id: c-allow, allow: { licence: oss } }", "{ id: b-eu, why: GDPR, require: { region: eu } }", "{ id: a-oss, why: DPA, forbid: { licence: oss } }"];
    const { refusal, permit } = decide(setWithRules(...rules), ask({ classification: { inputTokensMax: 60_000 } }));
    expect(permit).toBeNull();
    expect(refusal).toEqual({
      code: "no_permitted_candidate",
      message: "none of 4 models is permitted: 1 outside what `b-eu` (GDPR) requires; 1 allowed by no rule; 2 with too small a context",
      rules: ["a-oss", "b-eu"],
      candidates: [
        { candidate: "big-us", cause: "require:b-eu" },
        { candidate: "big-eu", cause: "not_allowed" },
        { candidate: "mid-us", cause: "context_too_small" },
        { candidate: "small-eu", cause: "context_too_small" },
      ],
    });
  });

  it("of two requires with nothing in common names both, and not a third", () => {
    const rules = ["{ id: x, why: w, require: { region: [eu, us] } }", "{ id: a, why: one, require: { licence: oss } }", "{ id: b, why: two, require: { tier: premium } }"];
    const { refusal } = decide(setWithRules(ALLOW_ALL, ...rules), ask());
    expect(refusal).toMatchObject({ code: "conflicting_requirements", rules: ["a", "b"] });
    expect(refusal?.message).toBe("no model satisfies all of these requirements: `a` (one); `b` (two)");
  });

  it("of three requires that agree in pairs but not together names all", () => {
    const rules = ["{ id: a, why: w, require: { deployment: [big-us, big-eu] } }", "{ id: b, why: w, require: { deployment: [big-eu, mid-us] } }", "{ id: c, why: w, require: { deployment: [big-us, mid-us] } }"];
    expect(decide(setWithRules(ALLOW_ALL, ...rules), ask()).refusal).toMatchObject({ code: "conflicting_requirements", rules: ["a", "b", "c"] });
  });

  it("I6 is the answer to everything when there is no policy", () => {
    const answer = decide(null, ask());
    expect(answer).toMatchObject({ permit: null, policyVersion: "", refusal: { code: "policy_unavailable" } });
  });

  it("is the answer when the evaluation itself fails, with the error beside it", () => {
    const set = setWithRules(ALLOW_ALL);
    const broken = { ...set, index: { ...set.index, fire: () => { throw new Error("boom"); } } };
    expect(decide(broken, ask())).toMatchObject({ permit: null, refusal: { code: "policy_error" }, errors: ["boom"] });
    expect(decide(set, { ...ask(), classification: null as never })).toMatchObject({ permit: null, refusal: { code: "policy_error" } });
  });
});

describe("a permit", () => {
  it("says what was decided, by whom, at which versions, with times from the event", () => {
    const set = setWithRules(ALLOW_ALL, "{ id: p, prefer: { licence: oss } }", "{ id: q, prefer: { region: eu } }", "{ id: o, oblige: { costUsdMax: 0.5, checks: [complete] } }");
    const input = ask({ state: { budgetBand: "ok" } });
    const { permit } = decide(set, input);
    expect(permit).toMatchObject({
      permitId: `r1.permit.${set.version.slice(0, 12)}`,
      requestId: "r1",
      tenant: "acme",
      department: "Sales",
      requestDigest: "d1",
      route: "general",
      rules: ["all", "o", "p", "q"],
      observed: [],
      state: { budgetBand: "ok" },
      policyVersion: set.version,
      catalogVersion: set.catalog.version,
      issuedAt: input.origin.receivedAt,
      expiresAt: input.origin.deadlineAt + PERMIT_GRACE_MICROS,
      obligations: { costNanoUsdMax: 500_000_000n, checks: ["complete"] },
    });
    expect(permit?.candidates.map(({ preference }) => preference)).toEqual([-2, 0, -2, 2]);
    expect(permit?.candidates[0]).toEqual({ id: "big-us", region: "us", inputNanoUsdMax: 2_500_000_000n, outputNanoUsdMax: 15_000_000_000n, preference: -2 });
  });
});

describe("a rule that is not enforced", () => {
  it.each(["warn", "audit", "shadow"])("in mode %s changes nothing and says what it would have done", (mode) => {
    const rule = (effect: string) => `{ id: m, why: w, mode: ${mode}, ${effect} }`;
    const observe = (effect: string, allow = ALLOW_ALL) => decide(setWithRules(allow, rule(effect)), ask());
    const answer = observe("forbid: { licence: oss }");
    expect(answer.permit?.candidates.map(({ id }) => id)).toEqual(ALL);
    expect(answer.permit?.observed).toEqual([`${mode}:m`]);
    expect(answer.rules).toEqual(["all"]);
    expect(answer.observations).toEqual([{ rule: "m", mode, effect: "forbid", why: "w", candidates: ["small-eu"] }]);
    expect(observe("require: { region: eu }").observations[0]?.candidates).toEqual(["big-us", "mid-us"]);
    expect(observe("allow: { tier: premium }", "{ id: x, allow: { region: us } }").observations[0]?.candidates).toEqual(["big-eu"]);
    expect(observe("prefer: { model: mid }").observations[0]?.candidates).toEqual(["mid-us"]);
    expect(observe("oblige: { humanReview: true }").permit?.obligations.humanReview).toBe(false);
  });
});

describe("a default", () => {
  it("stands for an attribute that the request leaves out, not for one that is wrong", () => {
    const attributes = `attributes:\n  - { name: channel, type: enum, source: request.attributes.channel, values: [web, slack], default: web }\n`;
    const rules = `rules:\n  - ${ALLOW_ALL}\n  - { id: f, why: w, forbid: { licence: oss }, when: { channel: slack } }\n`;
    const set = policySet({ "attributes.yaml": attributes, "rules.yaml": rules });
    expect(decide(set, ask()).permit?.candidates).toHaveLength(4);
    expect(decide(set, ask({ attributes: { channel: "fax" } })).permit?.candidates).toHaveLength(3);
  });
});
