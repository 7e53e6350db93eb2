/**
 * Faults written into a prompt: `[[sim:<fault>]]`, `[[sim:<fault>*2]]` (only the first two matching calls),
 * `[[sim:<fault>@small-model]]` (only that model), or both, in this order: `[[sim:error=503*2@gpt-5.4]]`.
 * `[[sim:difficulty=0.8]]` sets how hard the prompt is. A text that only looks like a marker is an error (400): a test
 * whose fault is misspelt must not pass.
 *
 * "Calls" are counted within one request (the `x-leverframe-request` header), or within one prompt where there is none.
 * A prompt that quotes another (a grader's, say) carries its markers too; `@model` keeps them apart.
 */
import { FaultError, parseFault, type Fault } from "./fault";

export interface FaultMarker {
  readonly text: string;
  readonly fault: Fault | null;
  readonly difficulty: number | null;
  readonly timesMax: number;
  readonly model: string | null;
}

const OPENING = "[[sim:";
const MARKER = /\[\[sim:([^\]]*)\]\]/g;
const BODY = /^([^*@]+)(?:\*(\d+))?(?:@(.+))?$/;

function parseMarker(text: string): FaultMarker {
  const match = BODY.exec(text);
  if (match?.[1] === undefined) throw new FaultError(`cannot read marker \`${text}\``);
  const [, body, times, model] = match;
  const common = { text, timesMax: times === undefined ? Infinity : Number(times), model: model ?? null };
  if (!body.startsWith("difficulty=")) return { ...common, fault: parseFault(body), difficulty: null };
  const difficulty = Number(body.slice("difficulty=".length));
  if (!(difficulty >= 0 && difficulty <= 1)) throw new FaultError(`\`${text}\` must be between 0 and 1`);
  return { ...common, fault: null, difficulty };
}

export function parseMarkers(prompt: string): readonly FaultMarker[] {
  if (!prompt.includes(OPENING)) return [];
  return [...prompt.matchAll(MARKER)].map((match) => parseMarker(match[1] ?? ""));
}

/** The text without its markers: what the answer is about, and what recorded prompts are compared with. */
export function withoutMarkers(text: string): string {
  return text.includes(OPENING) ? text.replace(MARKER, "").trim() : text;
}
