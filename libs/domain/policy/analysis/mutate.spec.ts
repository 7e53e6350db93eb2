import { runDecisionCase } from "../index";
import { policySet } from "../testing/small-set";
import { mutate } from "./mutate";

const RULES = `rules:
  - { id: all, allow: all }
  - { id: legal, why: x, forbid: { licence: oss }, when: { department: Legal } }
`;
const CASE_LEGAL = `  - { name: legal, request: { department: Legal }, expect: { permitted: [big-us, big-eu, mid-us] } }\n`;
const CASE_SALES = `  - { name: sales, request: { department: Sales }, expect: { permitted: [big-us, big-eu, mid-us, small-eu] } }\n`;
const CASE_RESEARCH = `  - { name: research, request: { department: R&D }, expect: { permitted: [big-us, big-eu, mid-us, small-eu] } }\n`;

const scored = (cases: string, rules = RULES) => mutate(policySet({ "rules.yaml": rules, "cases/c.yaml": `cases:\n${cases}` }));

describe("mutation testing of the cases", () => {
  it("is whole when every mistake is noticed", () => {
    expect(scored(CASE_LEGAL + CASE_SALES + CASE_RESEARCH)).toMatchObject({ score: 1, survivors: [] });
  });

  it("names the mistake that nobody would notice, with the request that shows it", () => {
    const { survivors, score } = scored(CASE_LEGAL);
    expect(score).toBeLessThan(1);
    expect(survivors.map(({ mutant }) => `${mutant.rule} ${mutant.what}`)).toContain("legal when: dropped");
    expect(survivors.find(({ mutant }) => mutant.what === "when: dropped")?.witness.input.origin.department).toBe("Sales");
  });

  it("discards a mutant that answers every request alike, by proof and not by a failure to find a difference", () => {
    const doubled = `${RULES}  - { id: twice, why: x, forbid: { licence: oss }, when: { department: Legal, riskClass: low } }\n`;
    const { equivalent, survivors } = scored(CASE_LEGAL + CASE_SALES + CASE_RESEARCH, doubled);
    expect(equivalent).toBeGreaterThan(0);
    expect(survivors.some(({ mutant }) => mutant.rule === "twice" && mutant.what === "dropped")).toBe(false);
  });

  it("does not take a rule's name in a case for a sign that its work was looked at", () => {
    const named = `  - { name: legal, request: { department: Legal }, expect: { rules: [legal] } }\n`;
    const set = policySet({ "rules.yaml": RULES, "cases/c.yaml": `cases:\n${named}` });
    expect(set.cases.flatMap((one) => (one.kind === "decision" ? runDecisionCase(set, one) : []))).toEqual([]);
    expect(mutate(set).killed).toBeLessThan(mutate(set).mutants / 2);
  });

  it("asks no case that fails without any mistake: it would call every mutant noticed", () => {
    const failing = `  - { name: wrong, request: { department: Legal }, expect: { permitted: [small-eu] } }\n`;
    const { casesFailing, ...rest } = scored(CASE_LEGAL + failing);
    expect(casesFailing).toBe(1);
    expect({ casesFailing: 0, ...rest }).toEqual(scored(CASE_LEGAL));
  });
});
