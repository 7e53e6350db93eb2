import { hashOfName } from "../linear/feature-hash";
import { trainOutput, type Example } from "./support-vectors";

/** One text to learn from: the names of its features, repeated as they occur, and the outputs that it has. */
export interface Lesson {
  readonly names: readonly string[];
  readonly outputs: readonly string[];
  readonly cost: number;
}

export interface Training {
  readonly version: string;
  readonly outputs: readonly string[];
  readonly passes: number;
  /** How dear every mistake is, against weights that are small: more means that single lessons count for more. */
  readonly cost: number;
  /** How much dearer it is to miss an output than to see one that is not there. */
  readonly positiveCost: number;
  /** Shorter texts count as if they had so many features. */
  readonly featuresMin: number;
  /** Features that fewer lessons have are not learned. */
  readonly lessonsMin: number;
  /** What a weight of 1 is written as, and the smallest that is written. */
  readonly unit: number;
  readonly weightMin: number;
}

/** Learns a model and writes it down as `LinearModel` reads it; the same lessons give the same text. */
export function modelText(lessons: readonly Lesson[], training: Training): string {
  const numbers = featureNumbers(lessons, training.lessonsMin);
  const examples = lessons.map((lesson): Example => {
    const features = Int32Array.from(lesson.names.flatMap((name) => numbers.get(name) ?? []));
    const scale = 1 / Math.sqrt(Math.max(training.featuresMin, features.length));
    return { features, scale, cost: lesson.cost * training.cost, outputs: new Set(lesson.outputs.map((output) => training.outputs.indexOf(output))) };
  });
  const weights = training.outputs.map((_, output) => trainOutput(examples, numbers.size, output, training));
  const features = [...numbers].flatMap(([name, number]) => {
    const pairs = weights.map((of, output) => {
      const weight = Math.round(of[number]! * training.unit);
      return Math.abs(weight) < training.weightMin ? "" : `${String.fromCharCode(97 + output)}${weight}`;
    });
    return pairs.some((pair) => pair !== "") ? [`${name} ${pairs.join("")}`] : [];
  });
  const biases = weights.map((of) => Math.round(of[numbers.size]! * training.unit));
  return `\n${[training.version, training.outputs.join(" "), biases.join(" "), ...inLines(features.sort())].join("\n")}\n`;
}

/** Many features a line, parted by `;`: a change of one changes one line, and a file is not too long to look at. */
function inLines(features: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(features.length / FEATURES_IN_LINE) }, (_, line) => features.slice(line * FEATURES_IN_LINE, (line + 1) * FEATURES_IN_LINE).join(";"));
}

const FEATURES_IN_LINE = 50;

/** Numbers for the names that enough lessons have; of two names with one hash only the first is learned. */
function featureNumbers(lessons: readonly Lesson[], lessonsMin: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { names } of lessons) for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const numbers = new Map<string, number>();
  const hashes = new Set<number>();
  for (const name of [...counts.keys()].sort()) {
    const hash = hashOfName(name);
    if (counts.get(name)! < lessonsMin || hashes.has(hash)) continue;
    hashes.add(hash);
    numbers.set(name, numbers.size);
  }
  return numbers;
}
