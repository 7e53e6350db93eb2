import { COMPLEXITY_VALUES, LATENCY_CLASS_VALUES, RISK_CLASS_VALUES } from "@leverframe/events";
import type { Attribute } from "../attributes";
import { type Draft, type Facet, newDraft, type RawValue } from "./facet";

/** Parts of a classification whose values the event's schema or the classifier guarantees: nothing else can stand there. */
const GUARANTEED: Readonly<Record<string, readonly string[] | undefined>> = {
  "classification.riskClass": RISK_CLASS_VALUES,
  "classification.complexity": COMPLEXITY_VALUES,
  "classification.latencyClass": LATENCY_CLASS_VALUES,
  "classification.outputFormat": ["text", "markdown", "json", "code"],
};

const UNDECLARED = "(undeclared)";

/** Everything that the source of these attributes can hold, as far as any of them or a rule can tell it apart. */
export function scalarFacet(source: string, attributes: readonly Attribute[], named: readonly string[]): Facet {
  const [first] = attributes as readonly [Attribute];
  const [room] = source.split(".");
  const texts = new Set<string>(GUARANTEED[source] ?? []);
  if (!GUARANTEED[source]) {
    for (const attribute of attributes) {
      if (attribute.type === "number") for (const text of bandTexts(attribute.cuts ?? [])) texts.add(text);
      else for (const value of attribute.values ?? []) texts.add(value);
    }
    if (first.type !== "number") for (const value of named) texts.add(value);
  }
  const natural = String(newDraft().classification[source.replace("classification.", "") as keyof Draft["classification"]]);
  const said = [...texts].sort((a, b) => Number(b === natural) - Number(a === natural)).map((text) => valueOf(source, text, false));
  const mayBeAbsent = (room === "request" || room === "state") && source !== "state.timeWindow";
  const hasDefault = attributes.every((attribute) => attribute.default !== null);
  // Moving state that nobody reports is as unknown as a value that nobody declared.
  const absent: RawValue[] = mayBeAbsent ? [{ shown: "(absent)", undeclared: room === "state" && !hasDefault, put: () => undefined }] : [];
  const closed = attributes.some(({ values, type }) => values !== null || type === "number");
  const guaranteed = GUARANTEED[source] !== undefined || source === "state.timeWindow" || source === "classification.promptBytes";
  const other = guaranteed ? [] : [valueOf(source, UNDECLARED, closed)];
  return { key: source, label: first.name, values: hasDefault ? [...absent, ...said, ...other] : [...said, ...absent, ...other] };
}

/** A number in each band. */
function bandTexts(cuts: readonly number[]): string[] {
  const [lowest] = cuts;
  return lowest === undefined ? ["0"] : [String(lowest - 1), ...cuts.map(String)];
}

function valueOf(source: string, text: string, undeclared: boolean): RawValue {
  const put = putInto(source, text);
  return { shown: text, put, ...(undeclared ? { undeclared } : {}) };
}

function putInto(source: string, text: string): (draft: Draft) => void {
  const [, room, key = ""] = /^(classification|request\.attributes|state)\.(.+)$/.exec(source) ?? [];
  if (room === "request.attributes") return (draft) => void Object.defineProperty(draft.attributes, key, { value: text, enumerable: true, configurable: true, writable: true });
  if (room === "state") return (draft) => void (draft.state[key] = text);
  if (room === "classification") return ({ classification }) => Object.assign(classification, { [key]: key === "promptBytes" ? Number(text) : text });
  throw new Error(`source ${source} is none that a scalar has`);
}
