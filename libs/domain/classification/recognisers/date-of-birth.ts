import type { SignalSink } from "../signal-sink";
import type { Words } from "../words";

/** Words that announce a date of birth, folded. French `né` is told from `ne` by its accent. */
export const BIRTH_WORDS: readonly string[] = ("born birth birthdate birthday dob geboren geb geburtsdatum geburtstag ne nee naissance nacido nacida nacimiento nato nata").split(" ");
const ACCENTED = new Set(["ne", "nee"]);

const GAP_CHARS = 36;
const DAY = "\\d{1,2}(?:st|nd|rd|th|er|º|\\.)?";
const DATE = new RegExp(
  `[^\\n\\d]{0,${GAP_CHARS}}(\\d{1,2}[./ -]\\d{1,2}[./ -](?:\\d{4}|\\d{2})|\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|${DAY} (?:de |of )?\\p{L}{3,10}\\.?,? (?:de |del )?\\d{4}|${DAY},? \\d{4})(?!\\d)`,
  "uy",
);
const NAME = "date-of-birth-context";

/** A full date within a few words after word `at`, which is one of BIRTH_WORDS. */
export function findDateOfBirth({ text, folded, starts, ends }: Words, at: number, sink: SignalSink): void {
  const word = folded[at]!;
  if (!sink.wants(NAME)) return;
  if (ACCENTED.has(word) && !/[éÉ\u0301]/.test(text.slice(starts[at]!, ends[at]!))) return;
  DATE.lastIndex = ends[at]!;
  const found = DATE.exec(text);
  if (found === null) return;
  const end = DATE.lastIndex;
  sink.add({ signal: "pii_identity", recogniser: NAME, riskClass: "high", confidence: 0.85, start: end - found[1]!.length, end });
}
