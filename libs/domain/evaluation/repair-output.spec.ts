import type { Output } from "@leverframe/events";
import fc from "fast-check";
import { repairOutput } from "./repair-output";
import { schemaProblem } from "./schema-problem";

const SCHEMA = JSON.stringify({ type: "object", properties: { total: { type: "number" }, note: { type: "string" } }, required: ["total"], additionalProperties: false });
const output = (text: string, changes: Partial<Output> = {}): Output => ({ text, finishReason: "stop", refused: false, toolCalls: [], ...changes });
const repair = (text: string, schema: string | null = SCHEMA) => repairOutput(output(text), schema);

describe("repairing an output that should be JSON", () => {
  it.each([
    ["a fence", "Here you are:\n```json\n{\"total\": 3}\n```\nAnything else?", '{"total": 3}', "taken out of a code fence"],
    ["a fence without a language", "```\n{\"total\": 3}\n```", '{"total": 3}', "taken out of a code fence"],
    ["prose around it", 'The result is {"total": 3, "note": "a } in a string"} as asked.', '{"total": 3, "note": "a } in a string"}', "taken out of the text around it"],
    ["trailing commas", '{"total": 3, "note": "a,}",\n}', '{"total": 3, "note": "a,}"\n}', "trailing commas removed"],
    ["both", 'Sure! {"total": 3,} Bye', '{"total": 3}', "taken out of the text around it, trailing commas removed"],
    ["brackets that are none before it", 'See [1 and {this: {"total": 3}', '{"total": 3}', "taken out of the text around it"],
    ["an example that does not satisfy the schema beside it", 'Not {"sum": 1} but {"total": 3}', '{"total": 3}', "taken out of the text around it"],
    ["the same value twice", '{"total": 3}\n{"total": 3}', '{"total": 3}', "taken out of the text around it"],
  ])("takes it out of %s", (_what, text, expected, how) => {
    expect(repair(text)).toMatchObject({ output: { text: expected, finishReason: "stop" }, how });
  });

  it.each([
    ["what satisfies the schema", '{"total": 3}'],
    ["what does not, whatever is taken away", '{"sum": 3}'],
    ["two values that both satisfy it: which one was meant is not ours to say", 'Either {"total": 3} or {"total": 4}'],
    ["a value that broke off", '{"total": 3'],
    ["a string that would have to be closed", '{"total": 3, "note": "abc'],
    ["single quotes, which would have to be replaced", "{'total': 3}"],
    ["a missing comma, which would have to be added", '{"total": 3 "note": "a"}'],
    ["text", "three"],
  ])("leaves alone %s", (_what, text) => {
    expect(repair(text)).toEqual({ output: output(text), how: null });
  });

  it("leaves alone what nobody asked to be JSON, refusals and calls of tools", () => {
    const text = '```json\n{"total": 3}\n```';
    expect(repair(text, null).how).toBeNull();
    expect(repairOutput(output(text, { refused: true }), SCHEMA).how).toBeNull();
    expect(repairOutput(output(text, { toolCalls: [{ id: "a", name: "b", arguments: "{}" }] }), SCHEMA).how).toBeNull();
  });

  it("invents nothing: whatever the text, what comes out satisfies the schema and is made of its characters in their order", () => {
    const value = fc.record({ total: fc.integer(), note: fc.string() }).map((made) => JSON.stringify(made));
    const piece = fc.oneof(value, fc.string(), fc.constantFrom("```json\n", "\n```", ",}", "{", "]", '"', ' {"total": 1,}'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join("");
        const { output: repaired, how } = repair(text);
        if (how === null) return expect(repaired.text).toBe(text);
        expect(schemaProblem(repaired.text, SCHEMA)).toBeNull();
        let at = 0;
        for (const char of repaired.text) {
          at = text.indexOf(char, at) + char.length;
          expect(at).toBeGreaterThan(char.length - 1);
        }
      }),
    );
  });

  it("looks at a hostile text in bounded time", () => {
    const hostile = ["{".repeat(300_000), '["'.repeat(150_000), "```\n".repeat(75_000), ",".repeat(300_000), `${",".repeat(100_000)}}`];
    for (const text of hostile) expect(repair(text).how).toBeNull();
  });
});
