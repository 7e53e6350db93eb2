import { policySet, setWithRules } from "../testing/small-set";
import { lint } from "./lint";
import { boxText } from "./region";

const ALL = { id: "all", allow: "all" };
const kinds = (...rules: object[]) => lint(setWithRules(...rules)).findings.map(({ kind, rules: ids }) => [kind, ...ids]);

describe("lint", () => {
  it("finds nothing in a set without faults", () => {
    expect(kinds(ALL, { id: "legal", why: "x", forbid: { licence: "oss" }, when: { department: "Legal" } })).toEqual([]);
  });

  it("finds a rule that no request can fire", () => {
    expect(kinds(ALL, { id: "x", why: "x", forbid: { licence: "oss" }, when: { department: "Legal" }, unless: { any: [{ department: "Legal" }, { riskClass: "low" }] } })).toEqual([["never_fires", "x"]]);
  });

  it("finds a rule that other rules make pointless, though it fires", () => {
    expect(kinds(ALL, { id: "a", why: "x", forbid: { licence: "oss" }, when: { riskClass: { at_least: "high" } } }, { id: "b", why: "x", forbid: { tier: "economy" }, when: { riskClass: "regulated", department: "Legal" } })).toEqual([["never_matters", "b"]]);
  });

  it("finds requires that leave nothing together, and says for which requests", () => {
    const [finding] = lint(setWithRules(ALL, { id: "eu", why: "x", require: { region: "eu" }, when: { tags: "gdpr" } }, { id: "us", why: "x", require: { region: "us" }, when: { project: "apollo" } })).findings;
    expect(finding).toMatchObject({ kind: "contradicts", rules: ["eu", "us"] });
    expect(finding?.witness?.input.request.attributes).toEqual({ project: "apollo", tags: "gdpr" });
  });

  it("finds a require and a forbid that leave nothing together", () => {
    expect(kinds(ALL, { id: "no-oss", why: "x", forbid: { licence: "oss" }, when: { department: "Legal" } }, { id: "oss", why: "x", require: { licence: "oss" }, when: { spend: "high" } })).toEqual([["contradicts", "no-oss", "oss"]]);
  });

  it("finds requests for which nothing is permitted, unless they hold what nobody declared", () => {
    const findings = lint(setWithRules({ id: "most", allow: "all", when: { channel: ["web"] } })).findings;
    expect(findings).toMatchObject([{ kind: "unroutable", witness: { input: { request: { attributes: { channel: "slack" } } } } }]);
    expect(findings[0]?.where.map(boxText)).toEqual(["channel not web"]);
  });

  it("finds a preference that never ranks anything", () => {
    expect(kinds({ id: "eu", allow: { region: "eu" } }, { id: "p", prefer: { region: "eu" } })).toEqual([["shadowed_preference", "p"]]);
  });

  it("takes a finding that is meant to be so, and tells acknowledgements that nothing needs any longer", () => {
    const { findings, stale } = lint(
      policySet({
        "rules.yaml": `rules:\n  - { id: all, allow: all }\n  - { id: a, why: x, require: { region: eu }, when: { tags: gdpr } }\n  - { id: b, why: x, require: { region: us }, when: { project: apollo } }\n`,
        "proofs/known.yaml": `acknowledged:\n  - { finding: contradicts, rules: [b, a], why: apollo holds no personal data }\n  - { finding: never_fires, rules: [a], why: gone }\n`,
      }),
    );
    expect(findings).toMatchObject([{ kind: "contradicts", acknowledged: "apollo holds no personal data" }]);
    expect(stale).toMatchObject([{ kind: "never_fires" }]);
  });
});
