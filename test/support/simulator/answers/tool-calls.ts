import type { Ask } from "../ask";
import type { AskedTool } from "../asked-tools";
import type { Fault } from "../faults/fault";
import { withoutMarkers } from "../faults/marker";
import { combine, Random } from "../random";
import type { ReplyToolCall } from "../wire/reply";
import { readShape } from "./asked-shape";
import { schemaValue } from "./schema-value";

/** Nine letters and digits: what the strictest wire takes. */
const ID_CHARACTERS = 9;

function countOf({ tooling: { tools, choice, answered } }: Ask, fault: Fault | null): number {
  if (tools.length === 0 || choice === "none") return 0;
  const forced = choice === "required" || typeof choice === "object";
  if (fault?.kind === "tools" && (!answered || forced)) return fault.calls ?? 1;
  return forced ? 1 : 0;
}

/** The calls that a model makes which must use a tool, or is scripted to: arguments by the tool's schema, tools in turn. */
export function composeToolCalls(ask: Ask, fault: Fault | null, seed: number): readonly ReplyToolCall[] {
  const { tools, choice } = ask.tooling;
  const offered = typeof choice === "object" ? tools.filter(({ name }) => name === choice.name) : tools;
  const question = withoutMarkers(ask.question);
  const { terms } = readShape(question);
  return Array.from({ length: countOf(ask, fault) }, (_none, index) => {
    const random = new Random(combine(seed, index));
    const { name, parameters } = offered[index % offered.length] as AskedTool;
    const id = random.hex(2).slice(0, ID_CHARACTERS);
    const value = schemaValue(parameters, { random, terms, question, weak: false, judgement: null });
    return { id, name, arguments: JSON.stringify(value) };
  });
}
