import { TermIndex } from "./term-index";

/** What the text asks for, and how sure we are. */
export interface TaskType {
  readonly taskType: string;
  /** 0..1 */
  readonly confidence: number;
}

/** Words that speak for a task, in English, German, French and Spanish. */
const CUES: Readonly<Record<string, readonly string[]>> = {
  coding: [
    "function", "implement", "refactor", "bug", "typescript", "javascript", "python", "java", "sql", "regex", "compile", "unit test", "stack trace", "code",
    "funktion", "programmiere", "fonction", "programme", "función", "código",
  ],
  code_review: ["code review", "review this code", "review this pull request", "review this diff", "pull request"],
  summarise: ["summarize", "summarise", "summary", "tl dr", "key points", "zusammenfassung", "fasse zusammen", "résume", "résumé", "resumen", "resume"],
  extract: ["extract", "list all", "find all", "pull out", "extrahiere", "extrais", "extrae"],
  translate: ["translate", "translation", "übersetze", "übersetzung", "traduis", "traduction", "traduce", "traducción"],
  contract_review: ["review this contract", "contract review", "review the agreement", "liability clause", "termination clause", "prüfe den vertrag", "contrat"],
  proposal: ["proposal", "rfp", "statement of work", "angebot", "proposition commerciale", "propuesta"],
  creative: ["slogan", "tagline", "blog post", "story", "poem", "campaign", "headline", "werbetext", "gedicht", "poème", "eslogan"],
  data_analysis: ["analyze", "analyse", "dataset", "trend", "correlation", "forecast", "csv", "spreadsheet", "auswertung", "données", "datos"],
  classification: ["classify", "categorize", "categorise", "label", "sentiment", "klassifiziere", "classe", "clasifica"],
  reasoning: ["prove", "proof", "solve", "calculate", "step by step", "how many", "probability", "equation", "theorem", "beweise", "berechne", "démontre", "calcula"],
  rag_answer: ["context", "according to the document", "based on the following", "given the passage", "laut dokument", "selon le document", "según el documento"],
};

const DEFAULT: TaskType = { taskType: "chat", confidence: 0.5 };
const CODE_FENCE = "```";

const index = new TermIndex<{ task: string; weight: number }>(
  Object.entries(CUES).flatMap(([task, cues]) =>
    // A longer phrase says more than a single word.
    cues.map((cue) => [cue, { task, weight: cue.split(" ").length }] as const),
  ),
);

/** Every task type that the rules know; a declared one must be among them. */
export const TASK_TYPES: readonly string[] = ["chat", ...Object.keys(CUES)];

/** Cues beyond these stand in quoted material rather than in the instruction. */
const INSTRUCTION_CHARS = 2_000;

/** Task type of an instruction: the one whose cues weigh most; confidence is its share of all weight found. */
export function taskTypeOf(instruction: string): TaskType {
  const weights = new Map<string, number>();
  let total = 0;
  const add = (task: string, weight: number) => {
    weights.set(task, (weights.get(task) ?? 0) + weight);
    total += weight;
  };
  index.scan(instruction.slice(0, INSTRUCTION_CHARS), ({ task, weight }) => add(task, weight));
  if (instruction.includes(CODE_FENCE)) add("coding", 1);
  let best: string | null = null;
  for (const [task, weight] of weights) if (best === null || weight > weights.get(best)!) best = task;
  if (best === null) return DEFAULT;
  return { taskType: best, confidence: Math.min(0.99, 0.5 + 0.5 * (weights.get(best)! / (total + 1))) };
}
