import type { LabelScore } from "@leverframe/classification";
import type { OpinionEvaluation } from "../classification/opinion-evaluation";
import type { Column } from "./grid";
import { sectionText } from "./sections";
import { tableText } from "./table";
import { counted, countText, usdText } from "./units";

const REASONS_MAX = 5;
const percent = (share: number | null): string => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);

/** What `classify eval --second-opinion` adds for a person: who was asked, what it changed, what it cost. */
export function opinionEvaluationText(opinions: OpinionEvaluation, columnsMax: number): string {
  const { requests, asked, given, declined, raised, lowerIgnored, tasksChanged, costNanoUsd, before, after } = opinions;
  const summary = sectionText(
    `SECOND OPINIONS: ${countText(asked)} of ${counted(requests, "request")} asked about`,
    [
      ["given", countText(given)],
      ...declined.slice(0, REASONS_MAX).map(({ reason, count }): [string, string] => ["none", `${countText(count)}: ${reason}`]),
      ["risk class raised", `${countText(raised.count)}: ${countText(raised.right)} to what is labelled, ${countText(raised.tooHigh)} above it`],
      ["lower, so ignored", countText(lowerIgnored)],
      ["task changed", `${countText(tasksChanged.count)}: ${countText(tasksChanged.right)} to what is labelled`],
      ["risk class right", `${percent(before.riskAccuracy)} → ${percent(after.riskAccuracy)}`],
      ["task right", `${percent(before.taskAccuracy)} → ${percent(after.taskAccuracy)}`],
      ["hard negatives raised", `${before.hardNegativesRaised} → ${after.hardNegativesRaised}`],
      ["cost", `${usdText(costNanoUsd)}${given === 0 ? "" : `, ${usdText(costNanoUsd / BigInt(given))} an opinion`}`],
    ],
    columnsMax,
  );
  return [summary, changeText("RISK CLASSES, BY THE RULES → WITH OPINIONS", before.risks, after.risks, columnsMax), changeText("TASKS, BY THE RULES → WITH OPINIONS", before.tasks, after.tasks, columnsMax)].join("\n\n");
}

interface Change {
  readonly label: string;
  readonly expected: number;
  readonly before: LabelScore | null;
  readonly after: LabelScore | null;
}

const CHANGE_COLUMNS: readonly Column<Change>[] = [
  { name: "label", title: "label", value: ({ label }) => label },
  { name: "expected", title: "labelled", align: "right", value: ({ expected }) => expected },
  ...(["precision", "recall"] as const).flatMap((what): Column<Change>[] => [
    { name: `${what}Before`, title: what, align: "right", value: ({ before }) => before?.[what] ?? null, text: ({ before }) => percent(before?.[what] ?? null) },
    { name: `${what}After`, title: "→", align: "right", value: ({ after }) => after?.[what] ?? null, text: ({ after }) => percent(after?.[what] ?? null) },
  ]),
];

function changeText(title: string, before: readonly LabelScore[], after: readonly LabelScore[], columnsMax: number): string {
  const of = (scores: readonly LabelScore[], wanted: string): LabelScore | null => scores.find(({ label }) => label === wanted) ?? null;
  const labels = [...new Set([...before, ...after].map(({ label }) => label))];
  const rows = labels.map((label) => ({ label, before: of(before, label), after: of(after, label), expected: (of(before, label) ?? of(after, label))!.expected }));
  return `${title}\n${tableText(CHANGE_COLUMNS, rows, columnsMax)}`;
}
