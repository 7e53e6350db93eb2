import fc from "fast-check";
import { decide, type DecisionInput, type PolicySet } from "../index";
import { requestArbitrary, rulesArbitrary } from "../testing/random-rules";
import { policySet, setWithRules } from "../testing/small-set";
import { diff } from "./diff";
import { boxText } from "./region";

const ALL = { id: "all", allow: "all" };

/** What a decision says, without the names of rules and versions. */
function said(set: PolicySet, input: DecisionInput) {
  const { permit, refusal, route } = decide(set, input);
  if (permit === null) return { refusal: refusal.code, route };
  const { candidates, obligations } = permit;
  const order = candidates.map(({ preference }) => candidates.map((other) => Math.sign(preference - other.preference)));
  return { permitted: candidates.map(({ id }) => id), order, obligations, route };
}

describe("the semantic difference of two sets", () => {
  it("proves that nothing changes when rules are only moved, renamed and explained", () => {
    const a = setWithRules(ALL, { id: "b", why: "x", forbid: { licence: "oss" }, when: { department: ["Legal", "Sales"] } });
    const b = setWithRules({ id: "a2", why: "y", forbid: { licence: "oss" }, when: { any: [{ department: "Sales" }, { department: "Legal" }] } }, { ...ALL, owner: "me" });
    expect(a.version).not.toBe(b.version);
    expect(diff(a, b).changes).toEqual([]);
  });

  it("says exactly which requests are newly forbidden, with one of them, and by which rule", () => {
    const b = setWithRules(ALL, { id: "legal", why: "x", forbid: { licence: "oss" }, when: { department: "Legal", riskClass: { at_least: "high" } }, unless: { channel: "slack" } });
    const { changes } = diff(setWithRules(ALL), b);
    expect(changes).toMatchObject([{ kind: "forbidden", candidates: ["small-eu"], rules: ["legal"], complete: true }]);
    expect(changes[0]?.where.map(boxText)).toEqual(["department Legal, riskClass high or regulated, channel not slack"]);
    expect(changes[0]?.witness.input.origin.department).toBe("Legal");
    expect(changes[0]?.witness.input.classification.riskClass).toBe("high");
  });

  it("names a weaker obligation and a stronger one", () => {
    const rule = (tokens: number, review: boolean) => ({ id: "o", oblige: { outputTokensMax: tokens, humanReview: review } });
    const { changes } = diff(setWithRules(ALL, rule(100, true)), setWithRules(ALL, rule(50, false)));
    // A smaller answer also leaves more room for the prompt, which the other changes say.
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(["permitted", "obligation"]));
    expect(changes.flatMap(({ kind, field, from, to, weaker }) => (kind === "obligation" ? { field, from, to, weaker } : []))).toEqual([
      { field: "outputTokensMax", from: "100", to: "50", weaker: false },
      { field: "humanReview", from: "true", to: "false", weaker: true },
    ]);
  });

  it("sees a preference that turns, and none that only shifts every candidate", () => {
    expect(diff(setWithRules(ALL), setWithRules(ALL, { id: "p", prefer: "all" })).changes).toEqual([]);
    const { changes } = diff(setWithRules(ALL), setWithRules(ALL, { id: "p", prefer: { licence: "oss" }, when: { department: "R&D" } }));
    expect(changes).toMatchObject([{ kind: "preference", rules: ["p"], candidates: ["big-us", "small-eu", "big-eu", "mid-us"] }]);
  });

  it("sees a route that takes other requests", () => {
    const routes = (intents: string) => policySet({ "routes.yaml": `default: general\nroutes:\n  - { name: general }\n  - { name: code, intents: [${intents}] }\n` });
    const { changes } = diff(routes("coding"), routes("coding, summarise"));
    expect(changes.map(({ kind, from, to, where }) => [kind, from, to, ...where.map(boxText)])).toEqual(
      expect.arrayContaining([["route", "route general", "route code", "named route (none), taskType summarise"]]),
    );
  });

  it("compares sets that declare attributes differently: a value that one of them does not know is unknown to it", () => {
    const attributes = (values: string) => ({ "attributes.yaml": `attributes:\n  - { name: channel, type: enum, source: request.attributes.channel, values: [${values}] }\n`, "rules.yaml": `rules:\n  - { id: all, allow: all }\n  - { id: x, why: x, forbid: { licence: oss }, when: { channel: web } }\n` });
    const { changes } = diff(policySet(attributes("web")), policySet(attributes("web, api")));
    expect(changes).toMatchObject([{ kind: "permitted", candidates: ["small-eu"] }]);
    expect(changes[0]?.where.map(boxText)).toEqual(["channel api"]);
  });

  it("is empty exactly when the two sets decide every request of the whole space alike", () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.nat(), fc.array(requestArbitrary, { minLength: 20, maxLength: 20 }), (rules, pick, requests) => {
        const a = setWithRules(...rules);
        const b = setWithRules({ id: "not-random", allow: { region: ["eu"] } }, ...rules.filter((_, index) => index !== pick % rules.length));
        const { changes, changed, space } = diff(a, b);
        for (const { witness } of changes) expect(said(a, witness.input)).not.toEqual(said(b, witness.input));
        if (changes.length === 0) for (const request of requests.filter(arrives)) expect(said(a, request)).toEqual(said(b, request));
        for (const point of pointsOf(space.diagrams.arities, 400)) {
          if (space.diagrams.at(space.reach, point) === 0) continue;
          const input = space.inputAt(point);
          const differs = JSON.stringify(said(a, input)) !== JSON.stringify(said(b, input));
          expect({ input, differs }).toEqual({ input, differs: space.diagrams.at(changed, point) === 1 });
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});

/** A department that no application has is refused before a policy is asked. */
const arrives = ({ origin }: DecisionInput): boolean => origin.department !== "Nowhere";

/** Every point, or evenly spread ones when there are more than `pointsMax`. */
function* pointsOf(arities: readonly number[], pointsMax: number): Generator<number[]> {
  const all = arities.reduce((product, arity) => product * arity, 1);
  const step = Math.max(1, Math.floor(all / pointsMax) | 1);
  for (let number = 0; number < all; number += step) {
    let rest = number;
    yield arities.map((arity) => {
      const value = rest % arity;
      rest = Math.floor(rest / arity);
      return value;
    });
  }
}
