import type { Output } from "@leverframe/events";
import { type Obligations, REDACTABLE } from "@leverframe/permit";
import { type ChatPrompt, imagesOf } from "@leverframe/prompt";
import type { FindIdentifiers } from "./identifier-kind";
import { isJson } from "./json-text";
import { Placeholders, type Replaced, SIZES } from "./placeholders";
import { repetitionsOf } from "./repetitions";
import { restore } from "./restore";
import { rewrite } from "./rewrite";
import { cutAt, type Span, spansOf } from "./spans";
import { type PromptText, textsOf, withTexts } from "./texts";

/** Different values that one prompt may hold; each is looked for everywhere in it. */
export const VALUES_MAX = 1_000;

export interface Redacted {
  /** What may leave: no identifier of an obliged kind that a recogniser finds stands in it. */
  readonly prompt: ChatPrompt;
  /** How many places were replaced. */
  readonly replaced: number;
  /** Puts the values back into an answer. */
  readonly restore: (output: Output) => Output;
}

/** Why a prompt that must be redacted cannot be; it is then not sent at all. */
export interface NotRedacted {
  readonly code: "redaction_failed";
  readonly message: string;
}

/** What of a permit this room keeps to. */
export type RedactionTerms = Pick<Obligations, "redact" | "responsePolicies">;

/**
 * Replaces what the permit says must not reach a provider, by placeholders (`[EMAIL_1]`): the same value by the same one
 * throughout the request. Pure, and never longer in UTF-8 bytes than the prompt was, since the reservation covers those.
 * It fails closed: pictures, contracts (an output schema, a tool's parameters) that hold an identifier, and prompts with
 * more of them than VALUES_MAX are not sent. Values are put back into the answer unless a policy says that they must not
 * stand there. `find` reads a text once and knows every identifier in it.
 */
export function createRedact(find: FindIdentifiers): (prompt: ChatPrompt, outputSchema: string | null, terms: RedactionTerms) => Redacted | NotRedacted {
  return (prompt, outputSchema, terms) => {
    if (terms.redact.length === 0) return { prompt, replaced: 0, restore: (output) => output };
    const unknown = terms.redact.find((kind) => !Object.hasOwn(REDACTABLE, kind));
    if (unknown !== undefined) return failed(`\`${unknown}\` is no kind of identifier that is known here`);
    if (imagesOf(prompt).length > 0) return failed("the prompt holds a picture, which cannot be redacted");
    const kinds = new Set(terms.redact);
    const fixed = fixedProblem(prompt, outputSchema, kinds, find);
    if (fixed !== null) return failed(fixed);
    const texts = textsOf(prompt);
    const scanned = texts.map((text) => text.scanned).join("\n");
    const found = find(scanned);
    if (found === null) return failed("the prompt holds more identifiers than can be redacted");
    const spans = allSpans(scanned, spansOf(found, kinds), texts);
    if (spans === null) return failed(`the prompt holds more than ${VALUES_MAX} different identifiers, which cannot all be redacted`);
    if (spans.length === 0) return { prompt, replaced: 0, restore: (output) => output };
    const { rewritten, values } = shortEnough(texts, spans);
    if (rewritten === null) return failed("placeholders would make the prompt longer than what is reserved for it");
    if (texts.some(({ json }, index) => json && !isJson(rewritten[index]!))) return failed("what a tool is asked or says holds an identifier that reaches over its JSON");
    const restorable = new Map([...values].filter(([, { kind }]) => !isKeptOut(kind, terms)));
    return { prompt: withTexts(prompt, rewritten), replaced: spans.length, restore: (output) => restore(output, restorable) };
  };
}

const failed = (message: string): NotRedacted => ({ code: "redaction_failed", message: `not sent: ${message}` });

/** A value that an answer must not show anyway is not put back. */
const isKeptOut = (kind: Replaced["kind"], { responsePolicies }: RedactionTerms): boolean => responsePolicies.includes(kind === "secret" ? "no_secrets" : "no_pii");

/** Contracts go to the provider as they are: an answer is held to them, so a changed one would be another request. */
function fixedProblem({ tools = [] }: ChatPrompt, outputSchema: string | null, kinds: ReadonlySet<string>, find: FindIdentifiers): string | null {
  const holds = (text: string): boolean => {
    const found = find(text);
    return found === null || spansOf(found, kinds).length > 0;
  };
  if (outputSchema !== null && holds(outputSchema)) return "`outputSchema` holds an identifier, and cannot be redacted";
  const tool = tools.find(({ parameters }) => holds(JSON.stringify(parameters)));
  return tool === undefined ? null : `the parameters of tool \`${tool.name}\` hold an identifier, and cannot be redacted`;
}

/** The spans, what they are repeated at, and none over the end of a text; null when there are too many values. */
function allSpans(scanned: string, found: readonly Span[], texts: readonly PromptText[]): readonly Span[] | null {
  const ends: number[] = [];
  let end = 0;
  for (const { scanned: text } of texts) {
    end += text.length;
    ends.push(end, ++end);
  }
  // The line break between two texts belongs to neither.
  const separators = new Set(ends.filter((_, index) => index % 2 === 0));
  const spans = cutAt(found, ends).filter(({ start, end: to }) => !(to === start + 1 && separators.has(start)));
  if (new Set(spans.map(({ start, end: to }) => scanned.slice(start, to))).size > VALUES_MAX) return null;
  if (spans.length === 0) return spans;
  return [...spans, ...cutAt(repetitionsOf(scanned, spans), ends)].sort((a, b) => a.start - b.start);
}

const encoder = new TextEncoder();
const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + encoder.encode(text).length, 0);

/** With the most telling placeholders that fit into the bytes that are paid for; null when none do. */
function shortEnough(texts: readonly PromptText[], spans: readonly Span[]): { rewritten: readonly string[] | null; values: ReadonlyMap<string, Replaced> } {
  const before = texts.map(({ text }) => text);
  const bytesMax = bytesOf(before);
  for (const size of SIZES) {
    const placeholders = new Placeholders(before.join("\n"), size);
    const rewritten = rewriteAll(texts, spans, placeholders);
    if (bytesOf(rewritten) <= bytesMax) return { rewritten, values: placeholders.replaced };
  }
  return { rewritten: null, values: new Map() };
}

function rewriteAll(texts: readonly PromptText[], spans: readonly Span[], placeholders: Placeholders): readonly string[] {
  let offset = 0;
  let next = 0;
  return texts.map((text) => {
    const end = offset + text.scanned.length;
    const own: Span[] = [];
    for (; next < spans.length && spans[next]!.start < end; next++) own.push({ ...spans[next]!, start: spans[next]!.start - offset, end: spans[next]!.end - offset });
    offset = end + 1;
    return rewrite(text, own, (value, span) => placeholders.of(value, span));
  });
}
