import type { Executed, Output, Request } from "@leverframe/events";
import type { Obligations } from "@leverframe/permit";
import { runChecks } from "./checks";
import { evaluate } from "./evaluate";
import type { MaskText } from "./response-policies";
import { schemaDefect } from "./schema-problem";

const output = (text: string, over: Partial<Output> = {}): Output => ({ text, finishReason: "stop", refused: false, toolCalls: [], ...over });
const request = (over: Partial<Request> = {}) => ({ outputSchema: null, requiredSections: [], ...over }) as unknown as Request;
const obligations = (over: Partial<Obligations> = {}) =>
  ({ escalationsMax: 1, noFallbackOn: [], checks: [], responsePolicies: [], humanReview: false, fallbackOnRefusal: false, ...over }) as Obligations;
const executed = (out: Output | null, over: Partial<Executed> = {}) =>
  ({ output: out, request: request(), classification: { language: "en" }, earlier: [], attempts: [], failure: null, bestOutput: null, ...over }) as unknown as Executed;
const mask: MaskText = (text) => ({ text: text.replaceAll("@", "*"), masked: text.split("@").length - 1 });
const SCHEMA = JSON.stringify({ type: "object", required: ["name"], properties: { name: { type: "string" } } });

const FENCED = 'Sure:\n```json\n{"name":"x"}\n```';

describe("checks", () => {
  it.each<[string, Output, Partial<Request>, string[], string | null]>([
    ["text", output("fine"), {}, [], null],
    ["white space alone", output(" \n"), {}, [], "non_empty"],
    ["a call of a tool without a text", output("", { toolCalls: [{ id: "1", name: "find", arguments: "{}" }] }), {}, [], null],
    ["a refusal by the provider", output("no", { refused: true }), {}, [], "not_refused"],
    ["a refusal in prose", output("I'm sorry, but I can't help with that."), {}, [], "not_refused"],
    ["a long answer that opens with an apology", output(`I can't stress enough ${"how good ".repeat(60)}`), {}, [], null],
    ["JSON that fits", output('{"name":"x"}'), { outputSchema: SCHEMA }, [], null],
    ["JSON that does not fit", output('{"nom":"x"}'), { outputSchema: SCHEMA }, [], "json_schema"],
    ["prose where JSON is asked for", output("name: x"), { outputSchema: SCHEMA }, [], "json_schema"],
    ["all sections", output("## Summary\ntext\n**Risks:**\nnone\n1. Next steps\ngo"), { requiredSections: ["Summary", "Risks", "Next steps"] }, [], null],
    ["a section only mentioned in prose", output("## Summary\nthe Risks are low"), { requiredSections: ["Summary", "Risks"] }, [], "required_sections"],
    ["a cut answer, where completeness is obliged", output("half", { finishReason: "length" }), {}, ["complete"], "complete"],
    ["a check nobody knows", output("fine"), {}, ["astrology"], "astrology"],
  ])("%s", (_name, out, over, obliged, failing) => {
    const failed = runChecks(out, request(over), obliged).filter((check) => !check.passed);
    expect(failed.map((check) => check.check)).toEqual(failing === null ? [] : [failing]);
    for (const check of failed) expect(check.reason).not.toBe("");
  });

  it("calls a schema that is none a defect, not a crash", () => {
    expect(schemaDefect("{")).toMatch(/not a valid JSON Schema/);
    expect(schemaDefect('{"type":"nonsense"}')).toMatch(/not a valid JSON Schema/);
    expect(schemaDefect("x".repeat(70_000))).toMatch(/expected at most 65536/);
    expect(schemaDefect(SCHEMA)).toBeNull();
  });
});

describe("verdict", () => {
  const bad = output("");
  it.each<[string, Executed, Partial<Obligations>, boolean, string]>([
    ["all checks pass", executed(output("ok")), {}, true, "release"],
    ["a human must look", executed(output("ok")), { humanReview: true }, true, "hold"],
    ["a human must look at what is not good enough, too", executed(bad), { humanReview: true }, false, "hold"],
    ["a human must look at what was there before", executed(null, { bestOutput: output("ok") }), { humanReview: true }, false, "hold"],
    ["a human has nothing to look at", executed(null), { humanReview: true }, false, "degrade"],
    ["a response policy is broken and another model may be asked", executed(output("we guarantee it")), { responsePolicies: ["no_commitments"] }, true, "escalate"],
    ["a response policy is broken and nobody else may be asked", executed(output("we guarantee it")), { responsePolicies: ["no_commitments"] }, false, "withhold"],
    ["a response policy is broken and the output before kept it", executed(output("we guarantee it"), { bestOutput: output("ok") }), { responsePolicies: ["no_commitments"] }, false, "degrade"],
    ["a response policy that nobody knows", executed(output("ok")), { responsePolicies: ["no_irony"] }, false, "withhold"],
    ["a check failed and a better candidate is permitted", executed(bad), {}, true, "escalate"],
    ["a check failed and nothing better is permitted", executed(bad), {}, false, "degrade"],
    ["the permitted escalations are used up", executed(bad, { earlier: [{}] as never }), {}, true, "degrade"],
    ["no escalation is permitted", executed(bad), { escalationsMax: 0 }, true, "degrade"],
    ["every call failed", executed(null), {}, true, "escalate"],
    ["quality is no reason to ask another", executed(bad), { noFallbackOn: ["quality"] }, true, "degrade"],
    ["JSON that only had to be taken out of a fence", executed(output(FENCED), { request: request({ outputSchema: SCHEMA }) }), {}, true, "release"],
    ["I1 a provider's refusal is not laundered", executed(output("", { refused: true })), {}, true, "degrade"],
    ["a refusal where the policy allows asking another", executed(output("", { refused: true })), { fallbackOnRefusal: true }, true, "escalate"],
  ])("%s → %s", (_name, event, over, canEscalate, verdict) => {
    expect(evaluate(event, obligations(over), { mask, canEscalate: () => canEscalate }).evaluation.verdict).toBe(verdict);
  });

  it("does not escalate past a deadline or an invalid permit", () => {
    for (const code of ["deadline_exceeded", "permit_invalid"])
      expect(evaluate(executed(null, { failure: { code, message: code, rules: [], candidates: [] } }), obligations(), { mask, canEscalate: () => true }).evaluation.verdict).toBe("degrade");
  });

  it("lets out the JSON that was asked for, and the check says what was done to it", () => {
    const { evaluation, best } = evaluate(executed(output(FENCED), { request: request({ outputSchema: SCHEMA }) }), obligations(), { mask, canEscalate: () => true });
    expect(best?.text).toBe('{"name":"x"}');
    expect(evaluation.checks).toContainEqual({ check: "json_schema", passed: true, reason: "repaired: taken out of a code fence" });
  });

  it("lets out what the policies made of an output, and never one that they withhold", () => {
    const tools = { mask, canEscalate: () => true };
    const masked = evaluate(executed(output("a@b")), obligations({ responsePolicies: ["ai_disclosure", "no_pii"] }), tools);
    expect(masked.best?.text).toBe("a*b\n\nThis answer was written by an AI system.");
    const before = output("fine");
    const withheld = evaluate(executed(output("we guarantee it"), { bestOutput: before }), obligations({ responsePolicies: ["no_commitments"] }), tools);
    expect(withheld.best).toBe(before);
    expect(evaluate(executed(output("we guarantee it")), obligations({ responsePolicies: ["no_commitments"] }), tools).best).toBeNull();
  });
});
