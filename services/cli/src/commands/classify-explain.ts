import { readFileSync } from "node:fs";
import { classify, type Explanation, explainText, requestWithText, type WeighedFeature } from "@leverframe/classification";
import type { Classification } from "@leverframe/events";
import { type Command, Option } from "commander";
import type { GlobalOptions } from "../global-options";
import type { Column } from "../rendering/grid";
import { sectionText } from "../rendering/sections";
import { tableText } from "../rendering/table";
import type { Terminal } from "../terminal";

interface ExplainOptions extends GlobalOptions {
  readonly file: boolean;
  readonly format: "text" | "json";
}

const TASKS_SHOWN = 3;

export function addClassifyExplain(classification: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  classification
    .command("explain")
    .summary("why a text is classified as it is")
    .description("Classifies a text as the classifier would and shows its signals, and which features weighed most in the linear model. What it prints holds words of the text.")
    .argument("<text>", "the text, or the file that holds it (--file)")
    .option("--file", "the argument names a file", false)
    .addOption(new Option("-f, --format <format>", "to read, or as JSON").choices(["text", "json"]).default("text"))
    .action((given: string, _options: unknown, command: Command) => {
      const { file, format } = command.optsWithGlobals<ExplainOptions>();
      const text = file ? readFileSync(given, "utf8") : given;
      const found = classify(requestWithText(text));
      const explanation = explainText(text);
      terminal.out(format === "json" ? JSON.stringify({ classification: found, explanation }, null, 2) : explainedText(text, found, explanation, terminal.columns));
      finish(0);
    });
}

function explainedText(text: string, found: Classification, { tasks, taskFeatures, risks }: Explanation, columnsMax: number): string {
  const signals = found.riskSignals.map(({ signal, recogniser, start, end, confidence }) => `${signal} by ${recogniser}, confidence ${confidence}: \`${text.slice(start, end).slice(0, 80)}\``);
  return [
    sectionText(
      "CLASSIFICATION",
      [
        ["task", `${found.taskType} (confidence ${found.taskConfidence}), before ${tasks.slice(1, TASKS_SHOWN).map(({ taskType }) => taskType).join(", ")}`],
        ["risk", found.riskClass],
        ["signals", signals.length === 0 ? "none" : signals.join("; ")],
        ["language", found.language],
        ["classifier", found.classifierVersion],
      ],
      columnsMax,
    ),
    featuresText(`WHAT SPOKE FOR AND AGAINST ${found.taskType.toUpperCase()}`, taskFeatures, columnsMax),
    ...risks.map(({ signal, score, scoreMin, features }) => featuresText(`LINEAR MODEL ON ${signal.toUpperCase()}: SCORE ${score}, SIGNAL FROM ${scoreMin}`, features, columnsMax)),
  ].join("\n\n");
}

const COLUMNS: readonly Column<WeighedFeature>[] = [
  { name: "name", title: "feature", value: ({ name }) => name },
  { name: "weight", title: "weight", align: "right", value: ({ weight }) => weight },
];

const featuresText = (title: string, features: readonly WeighedFeature[], columnsMax: number): string => `${title}\n${features.length === 0 ? "nothing that was learned" : tableText(COLUMNS, features, columnsMax)}`;
