import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { classify, type Half, halfOf, type Judged, type LabelledRequest, readLabelledRequests, requestOf, scoreOf } from "@leverframe/classification";
import type { Request } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import { type Command, Option } from "commander";
import { evaluateOpinions, type OpinionEvaluation } from "../classification/opinion-evaluation";
import { startOpinionInstallation } from "../classification/opinion-installation";
import type { GlobalOptions } from "../global-options";
import { type CpuPerRequest, evaluationText, type MeasuredPart } from "../rendering/evaluation-text";
import { opinionEvaluationText } from "../rendering/opinion-evaluation-text";
import { repositoryRoot } from "../repository-root";
import type { Terminal } from "../terminal";
import { addClassifyExplain } from "./classify-explain";

const DEFAULT_SET = path.join("test", "evaluation", "classification");
/** Written by somebody who did not know the rules; each file is measured apart. */
const BLIND_SET = path.join("test", "evaluation", "classification-blind");
const HALVES: readonly Half[] = ["tuning", "held-out"];
/** Each request is classified so often for its CPU time: one alone is shorter than the clock is fine. */
const CPU_ROUNDS = 20;

interface EvalOptions extends GlobalOptions {
  readonly set?: string;
  readonly misses: boolean;
  readonly secondOpinion: boolean;
  readonly simulate: boolean;
  readonly format: "text" | "json";
}

export function addClassify(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const classification = program.command("classify").summary("measure the classification").description("How requests are classified, before any policy is asked.");
  classification
    .command("eval")
    .summary("compare classifications with a labelled set")
    .description("Classifies every request of a labelled set as the classifier does and compares: confusion matrix, precision and recall of each class and signal, CPU per request. The set falls into a half that rules and weights are made from and one that is held out; without --set, what was written blind follows apart.")
    .option("--set <folder>", "of .jsonl files (default: test/evaluation/classification of this checkout)")
    .option("--misses", "also list what was classified otherwise than labelled", false)
    .option("--second-opinion", "also ask the model that `secondOpinion` of routes.yaml names, with real, paid calls under the policies, and show what that adds to the rules", false)
    .option("--simulate", "with --second-opinion: ask a local simulator; its opinions measure nothing", false)
    .addOption(new Option("-f, --format <format>", "to read, or as JSON").choices(["text", "json"]).default("text"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<EvalOptions>();
      terminal.out(await evaluate(options, terminal.columns));
      finish(0);
    });
  addClassifyExplain(classification, terminal, finish);
}

async function evaluate(options: EvalOptions, columnsMax: number): Promise<string> {
  const { set, misses, format } = options;
  if (options.simulate && !options.secondOpinion) throw new AppError("bad_input", "--simulate: nobody is asked without `--second-opinion`");
  const folder = set ?? path.join(repositoryRoot(), DEFAULT_SET);
  const requests = readSet(folder);
  const judged: Judged[] = requests.map((request) => ({ request, classification: classify(requestOf(request)) }));
  const halves: MeasuredPart[] = HALVES.map((half) => ({ name: `${half} half`, score: scoreOf(judged.filter(({ request }) => halfOf(request.id) === half)) })).filter(
    ({ score }) => score.requests > 0,
  );
  const unseen = set === undefined ? unseenParts(path.join(repositoryRoot(), BLIND_SET)) : [];
  const cpu = cpuOf(requests.map(requestOf));
  const opinions = options.secondOpinion ? await opinionsOn(options, judged) : null;
  if (format === "json") return JSON.stringify({ set: folder, cpu, halves, unseen, ...(opinions === null ? {} : { opinions }) }, exactly, 2);
  const rules = evaluationText(folder, [...halves, ...unseen], cpu, { misses, columnsMax });
  return opinions === null ? rules : `${rules}\n\n${opinionEvaluationText(opinions, columnsMax)}`;
}

async function opinionsOn(options: EvalOptions, judged: readonly Judged[]): Promise<OpinionEvaluation> {
  const installation = await startOpinionInstallation(options);
  try {
    return await evaluateOpinions(installation.app, judged);
  } finally {
    await installation.close();
  }
}

/** JSON has no integers of that size. */
const exactly = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);

function unseenParts(folder: string): MeasuredPart[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl")).sort();
  return files.map((file) => {
    const requests = readLabelledRequests(path.join(folder, file), readFileSync(path.join(folder, file), "utf8"));
    return { name: `unseen, written blind (${path.basename(file, ".jsonl")})`, score: scoreOf(requests.map((request) => ({ request, classification: classify(requestOf(request)) }))) };
  });
}

function readSet(folder: string): LabelledRequest[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new AppError("bad_input", `--set: \`${folder}\` is no folder, expected one with .jsonl files`);
  const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl")).sort();
  const requests = files.flatMap((file) => readLabelledRequests(path.join(folder, file), readFileSync(path.join(folder, file), "utf8")));
  if (requests.length === 0) throw new AppError("bad_input", `--set: \`${folder}\` holds no labelled request, expected .jsonl files with one a line`);
  return requests;
}

/** CPU of this process for each request, microseconds; the first round warms up and does not count. */
function cpuOf(requests: readonly Request[]): CpuPerRequest {
  for (const request of requests) classify(request);
  const micros = requests.map((request) => {
    const before = process.cpuUsage();
    for (let round = 0; round < CPU_ROUNDS; round++) classify(request);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / CPU_ROUNDS;
  });
  const sorted = [...micros].sort((a, b) => a - b);
  const bytes = requests.reduce((sum, { prompt }) => sum + prompt.length, 0) / requests.length;
  return {
    meanMicros: micros.reduce((sum, one) => sum + one, 0) / micros.length,
    p99Micros: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]!,
    promptBytesMean: Math.round(bytes),
  };
}
