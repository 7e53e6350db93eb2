/**
 * Answers for models that grade. A pipeline with a grader behind it needs verdicts that have to do with the graded
 * answer: a capable simulated judge finds the weak answers that the simulator itself writes (their give-away sentences,
 * and asked sections that are missing); one that errs on a prompt says the opposite.
 */
import { isObject, type JsonObject } from "../ask";
import { readShape } from "./asked-shape";
import { soundsWeak } from "./prose";

const VERDICT_NAME =
  /^(?:score|rating|grade|quality|verdict|pass|passed|acceptable|correct|is_?correct|good|grounded|faithful|complete|success)$/i;
const POSITIVE = /^(?:pass(?:ed)?|good|accept(?:ed|able)?|correct|yes|release|ok|true|high|grounded|faithful)$/i;
const NEGATIVE = /^(?:fail(?:ed)?|bad|reject(?:ed)?|incorrect|no|escalate|false|low|ungrounded|unfaithful|weak)$/i;

/** Shares of a numeric scale that stand for a good and for a bad mark. */
const GOOD_MARK = 0.9;
const BAD_MARK = 0.2;

export interface Judgement {
  /** A value for a property that is a verdict; undefined when the property is none. */
  valueOf(name: string, schema: JsonObject): unknown;
}

function mark(schema: JsonObject, good: boolean): number {
  const minimum = typeof schema["minimum"] === "number" ? schema["minimum"] : 0;
  const maximum = typeof schema["maximum"] === "number" ? schema["maximum"] : 1;
  const value = minimum + (maximum - minimum) * (good ? GOOD_MARK : BAD_MARK);
  return schema["type"] === "integer" ? Math.round(value) : Math.round(value * 1_000) / 1_000;
}

function asksForVerdict(schema: JsonObject): boolean {
  const properties = schema["properties"];
  return isObject(properties) && Object.keys(properties).some((name) => VERDICT_NAME.test(name));
}

/** Null when the schema asks for no verdict. */
export function judge(prompt: string, schema: JsonObject, errs: boolean): Judgement | null {
  if (!asksForVerdict(schema)) return null;
  const missing = readShape(prompt).sections.some((name) => !prompt.includes(`## ${name}`));
  const good = (soundsWeak(prompt) || missing) === errs;
  return {
    valueOf(name, property) {
      if (!VERDICT_NAME.test(name)) return undefined;
      const choices: unknown = property["enum"];
      if (Array.isArray(choices)) {
        return choices.find((choice) => typeof choice === "string" && (good ? POSITIVE : NEGATIVE).test(choice));
      }
      if (property["type"] === "boolean") return good;
      return property["type"] === "number" || property["type"] === "integer" ? mark(property, good) : undefined;
    },
  };
}
