import { RISK_CLASS_VALUES } from "@leverframe/events";
import fc from "fast-check";
import { classify } from "./classify";
import { requestOf } from "./evaluation/labelled-request";
import { combine, type SecondOpinion } from "./second-opinion";
import { TASK_TYPES } from "./task-type";

const rank = (risk: string) => RISK_CLASS_VALUES.indexOf(risk as never);
const rulesOn = (text: string) => classify(requestOf({ id: "x", language: "en", department: "Legal", text, labels: { taskType: "chat", riskClass: "low", signals: [], hard_negative: false } }));
const texts = fc.constantFrom("hello there", "mail bob@example.com", "our lawsuit", "the medical records of ward 3");
const opinions: fc.Arbitrary<SecondOpinion> = fc.record({
  riskClass: fc.oneof(fc.constantFrom(...RISK_CLASS_VALUES), fc.string() as fc.Arbitrary<never>),
  taskType: fc.option(fc.oneof(fc.constantFrom(...TASK_TYPES), fc.string())),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  classifier: fc.constant("embedding-1"),
});

describe("the second stage", () => {
  it("I7 risk only rises: no opinion lowers what the rules found, a valid one may raise it", () => {
    fc.assert(
      fc.property(texts, opinions, (text, opinion) => {
        const rules = rulesOn(text);
        const both = combine(rules, opinion);
        expect(rank(both.riskClass)).toBe(Math.max(rank(rules.riskClass), rank(opinion.riskClass)));
        expect(TASK_TYPES).toContain(both.taskType);
        expect(both.riskSignals).toEqual(rules.riskSignals);
      }),
    );
  });

  it("names itself where it changed something, and leaves the rules' answer as it is where it did not", () => {
    const rules = rulesOn("hello there");
    expect(combine(rules, null)).toBe(rules);
    expect(combine(rules, { riskClass: "low", taskType: null, confidence: 1, classifier: "embedding-1" })).toBe(rules);
    expect(combine(rules, { riskClass: "high", taskType: null, confidence: 1, classifier: "embedding-1" }).classifierVersion).toBe("rules-3+embedding-1");
  });

  it("does not overrule a task that was declared", () => {
    const declared = { ...rulesOn("hello there"), taskType: "proposal", taskConfidence: 1 };
    expect(combine(declared, { riskClass: "low", taskType: "coding", confidence: 0.99, classifier: "e" })).toBe(declared);
  });
});
