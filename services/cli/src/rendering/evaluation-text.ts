import type { LabelScore, Score } from "@leverframe/classification";
import type { Column } from "./grid";
import { sectionText } from "./sections";
import { tableText } from "./table";
import { counted } from "./units";

/** A part of what was measured, such as a half of the set. */
export interface MeasuredPart {
  readonly name: string;
  readonly score: Score;
}

export interface CpuPerRequest {
  readonly meanMicros: number;
  readonly p99Micros: number;
  readonly promptBytesMean: number;
}

const percent = (share: number | null): string => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);

/** What `classify eval` shows a person: first what matters for each part, then each label, then who was taken for whom. */
export function evaluationText(set: string, measured: readonly MeasuredPart[], cpu: CpuPerRequest, { misses, columnsMax }: { misses: boolean; columnsMax: number }): string {
  const parts = measured.flatMap(({ name, score }) => [
    summaryText(name, score, columnsMax),
    labelsText("RISK CLASSES", score.risks, columnsMax),
    matrixText("RISK CLASSES, LABELLED (ROWS) AND FOUND (COLUMNS)", score.risks, score.riskMatrix, columnsMax),
    labelsText("SIGNALS", score.signals, columnsMax),
    labelsText("TASKS", score.tasks, columnsMax),
    matrixText("TASKS, LABELLED (ROWS) AND FOUND (COLUMNS)", score.tasks, score.taskMatrix, columnsMax),
    ...(misses ? [missesText(score, columnsMax)] : []),
  ]);
  const cpuLine = `CPU ${cpu.meanMicros.toFixed(0)} µs a request (p99 ${cpu.p99Micros.toFixed(0)} µs), prompts of ${cpu.promptBytesMean} bytes on average`;
  return [...parts, `${set}\n${cpuLine}`].join("\n\n");
}

function summaryText(name: string, score: Score, columnsMax: number): string {
  return sectionText(
    `${name.toUpperCase()}: ${counted(score.requests, "request")}, ${counted(score.hardNegatives, "hard negative")}`,
    [
      ["regulated found", percent(score.risks.find(({ label }) => label === "regulated")?.recall ?? null)],
      ["identifiers found", `${percent(score.identifiers.recall)}, false positives ${percent(score.identifiers.falsePositiveRate)}`],
      ["task right", percent(score.taskAccuracy)],
      ["risk class right", percent(score.riskAccuracy)],
      ["language right", percent(score.languageAccuracy)],
      ["hard negatives raised", String(score.hardNegativesRaised)],
    ],
    columnsMax,
  );
}

const LABEL_COLUMNS: readonly Column<LabelScore>[] = [
  { name: "label", title: "label", value: ({ label }) => label },
  { name: "expected", title: "labelled", align: "right", value: ({ expected }) => expected },
  { name: "precision", title: "precision", align: "right", value: ({ precision }) => precision, text: ({ precision }) => percent(precision) },
  { name: "recall", title: "recall", align: "right", value: ({ recall }) => recall, text: ({ recall }) => percent(recall) },
  { name: "falsePositiveRate", title: "false pos.", align: "right", value: (row) => row.falsePositiveRate, text: (row) => percent(row.falsePositiveRate) },
];

const labelsText = (title: string, scores: readonly LabelScore[], columnsMax: number): string => `${title}\n${tableText(LABEL_COLUMNS, scores, columnsMax)}`;

/** Rows and columns in the order of the labels; columns go by number, so that fourteen fit on a line. */
function matrixText(title: string, labels: readonly LabelScore[], matrix: readonly (readonly number[])[], columnsMax: number): string {
  const columns: Column<number>[] = [
    { name: "labelled", title: "", value: (row) => `${row + 1} ${labels[row]!.label}` },
    ...labels.map((label, at): Column<number> => ({
      name: label.label, title: String(at + 1), align: "right", value: (row) => matrix[row]![at]!, text: (row) => String(matrix[row]![at] || "·"),
    })),
  ];
  return `${title}\n${tableText(columns, labels.map((_, row) => row), columnsMax)}`;
}

function missesText({ misses }: Score, columnsMax: number): string {
  const columns: Column<Score["misses"][number]>[] = [
    { name: "id", title: "id", value: ({ id }) => id },
    { name: "what", title: "what", value: ({ what }) => what },
    { name: "expected", title: "labelled", value: ({ expected }) => expected },
    { name: "found", title: "found", flexible: true, value: ({ found }) => found },
  ];
  return misses.length === 0 ? "NO MISSES" : `MISSES\n${tableText(columns, misses, columnsMax)}`;
}
