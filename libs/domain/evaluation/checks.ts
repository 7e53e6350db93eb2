import type { Check, Output, Request } from "@leverframe/events";
import { schemaProblem } from "./schema-problem";

/** One way an output can be not good enough. Returns null when it passes, else why it does not. */
type CheckFunction = (output: Output, request: Request) => string | null;

const CHECKS: Readonly<Record<string, CheckFunction>> = {
  non_empty: ({ text, toolCalls }) => (text.trim() === "" && toolCalls.length === 0 ? "the output is empty" : null),
  not_refused: (output) => (output.refused || looksLikeRefusal(output.text) ? "the model declined" : null),
  complete: ({ finishReason }) => (finishReason === "length" ? "the output was cut at the token limit" : null),
  json_schema: ({ text, toolCalls }, { outputSchema }) => (outputSchema === null || toolCalls.length > 0 ? null : schemaProblem(text, outputSchema)),
  required_sections: ({ text }, { requiredSections }) => missingSections(text, requiredSections),
};

/** Every check that a policy may oblige. */
export const CHECK_NAMES: readonly string[] = Object.keys(CHECKS);

/** Runs the checks that apply: those the request implies, and those the policy obliges. An unknown one fails. */
export function runChecks(output: Output, request: Request, obliged: readonly string[]): Check[] {
  const names = new Set(["non_empty", "not_refused"]);
  if (request.outputSchema !== null) names.add("json_schema");
  if (request.requiredSections.length > 0) names.add("required_sections");
  for (const name of obliged) names.add(name);
  return [...names].map((name) => {
    const check = CHECKS[name];
    const problem = check ? check(output, request) : "no such check is known";
    return { check: name, passed: problem === null, reason: problem ?? "" };
  });
}

/** Openings with which models decline in prose; only a short answer that begins so counts. */
const REFUSAL = /^\W{0,3}(?:i(?:['’]m| am) (?:sorry|unable|not able)|i (?:can(?:not|['’]t)|won['’]t)|(?:sorry|unfortunately),? (?:but )?i (?:can(?:not|['’]t)|am unable)|as an ai)/i;
const REFUSAL_CHARS_MAX = 400;

function looksLikeRefusal(text: string): boolean {
  return text.length <= REFUSAL_CHARS_MAX && REFUSAL.test(text.trimStart());
}

/** A section is a line of its own that carries the heading: `## Risks`, `**Risks**`, `Risks:` or `1. Risks`. */
function missingSections(text: string, sections: readonly string[]): string | null {
  const headings = new Set(text.split("\n").map(headingOf));
  const missing = sections.filter((section) => !headings.has(section.trim().toLowerCase()));
  return missing.length === 0 ? null : `missing sections: ${missing.map((section) => `\`${section}\``).join(", ")}`;
}

function headingOf(line: string): string {
  return line.trim().replace(/^(?:#{1,6}\s+|\d{1,2}[.)]\s+|\*\*|__)/, "").replace(/(?:\*\*|__)?\s*:?\s*(?:\*\*|__)?$/, "").trim().toLowerCase();
}
