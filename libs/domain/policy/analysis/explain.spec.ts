import { ask, setWithRules } from "../testing/small-set";
import { explain } from "./explain";

describe("explain", () => {
  const set = setWithRules(
    { id: "all", allow: "all" },
    { id: "legal", why: "x", forbid: { licence: "oss" }, when: { department: "Legal" } },
    { id: "eu", why: "x", require: { region: "eu" }, when: { tags: "gdpr" } },
    { id: "short", oblige: { outputTokensMax: 100, auditTags: ["a"] } },
    { id: "longer", oblige: { outputTokensMax: 200, auditTags: ["b"] } },
    { id: "watched", mode: "shadow", why: "x", forbid: { tier: "premium" } },
    { id: "big", prefer: { model: "big" } },
  );

  it("names for each candidate every rule that lets it in, keeps it out or speaks for it", () => {
    const { candidates } = explain(set, ask({ department: "Legal", attributes: { tags: "gdpr" } }));
    expect(candidates.map(({ id, permitted, cause, excludedBy, preferredBy }) => ({ id, permitted, cause, excludedBy, preferredBy }))).toEqual([
      { id: "big-us", permitted: false, cause: "require:eu", excludedBy: ["eu"], preferredBy: ["big"] },
      { id: "big-eu", permitted: true, cause: null, excludedBy: [], preferredBy: ["big"] },
      { id: "mid-us", permitted: false, cause: "require:eu", excludedBy: ["eu"], preferredBy: [] },
      { id: "small-eu", permitted: false, cause: "forbid:legal", excludedBy: ["legal"], preferredBy: [] },
    ]);
  });

  it("names the rules that set each obligation, and not those that asked for less", () => {
    const { obligations, fired } = explain(set, ask());
    expect(obligations).toEqual([
      { field: "outputTokensMax", value: "100", setBy: ["short"] },
      { field: "auditTags", value: "a,b", setBy: ["longer", "short"] },
    ]);
    expect(fired.map(({ id }) => id)).toContain("watched");
  });

  it("of a request that finds no route, no rule is said to have fired", () => {
    expect(explain(set, ask({ route: "nowhere" }))).toMatchObject({ fired: [], answer: { refusal: { code: "unknown_route" } } });
  });
});
