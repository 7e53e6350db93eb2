import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Analytics, findDecision, findJournal } from "@leverframe/analytics";
import type { Decision } from "@leverframe/events";
import { MICROS_PER_MS } from "@leverframe/kernel";
import { RecordMaker } from "@leverframe/nest";
import type { Command } from "commander";
import { type Answered, exchange } from "../answers/exchange";
import { demoLine, nextStepsText } from "../demo/demo-text";
import { sinkCatchesUp } from "../demo/sink-catches-up";
import type { GlobalOptions } from "../global-options";
import type { Installation } from "../installation";
import { interrupted } from "../interrupted";
import { explainText } from "../rendering/explain-text";
import { reportText } from "../rendering/report-text";
import { runningText } from "../rendering/running-text";
import { durationText } from "../rendering/units";
import { repositoryRoot } from "../repository-root";
import { problemText } from "../requests/located-problem";
import { readRequests, type SourcedRequest } from "../requests/read-requests";
import { withAnalytics } from "../stored-analytics";
import type { Terminal } from "../terminal";
import { start } from "./up";

/** With both of these the demonstration asks the real providers. */
const REAL_KEYS = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"];
const WAIT_MS_MAX = 60_000;
const SINK_MS_MAX = 20_000;
const INTERRUPTED = 130;
const TITLES = [
  ["spend", "What each department spent"],
  ["escalations", "How often the first model was not good enough"],
  ["savings", "What routing saved against always asking the dearest model"],
] as const;

export function addDemo(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("demo")
    .summary("start everything, send examples, show answers and reports")
    .description(`Starts every stage, sends the requests of examples/requests.jsonl, and shows answers, reports and the story of one decision. Asks the real providers when ${REAL_KEYS.join(" and ")} are set, else a local simulator.`)
    .action(async (_options: unknown, command: Command) => {
      finish(await demo(command.optsWithGlobals<GlobalOptions>(), terminal));
    });
}

async function demo(options: GlobalOptions, terminal: Terminal): Promise<number> {
  const stop = interrupted();
  const examples = path.join(repositoryRoot(), "examples");
  const { requests, problems } = readRequests(await readFile(path.join(examples, "requests.jsonl"), "utf8"), "examples/requests.jsonl");
  for (const problem of problems) terminal.err(problemText(problem));
  const simulate = !REAL_KEYS.every((name) => process.env[name]?.trim());
  terminal.out(simulate ? `Providers are SIMULATED: ${REAL_KEYS.join(" and ")} are not both set.\n` : "Asking the REAL providers, with the keys of the environment. This costs cents.\n");
  const running = await start({ ...options, simulate, verbose: false, simulatorConfig: path.join(examples, "simulator.json") }, terminal);
  try {
    terminal.out(runningText(running).split("\n\n")[0]!);
    const { config, names, log, codec, crashed } = running.app;
    const installation: Installation = { config, names, log, codec, maker: new RecordMaker(codec, names) };
    const work = showAll(installation, requests, simulate, terminal);
    const ended = await Promise.race([work, stop, crashed]);
    if (typeof ended === "number") return ended;
    if (typeof ended !== "string") terminal.err(`a consumer cannot go on: ${ended.message}`);
    return typeof ended === "string" ? INTERRUPTED : 1;
  } finally {
    await running.close();
  }
}

async function showAll(installation: Installation, requests: readonly SourcedRequest[], simulated: boolean, terminal: Terminal): Promise<number> {
  const startedMs = Date.now();
  terminal.out(`\nSending ${requests.length} requests through \`${installation.names.requests("default")}\` …\n`);
  const answers: Answered[] = [];
  const onAnswer = (answered: Answered): void => {
    answers.push(answered);
    terminal.out(demoLine(answered, answers.length, requests.length, terminal.columns));
  };
  const { sent, unanswered } = await exchange(installation, requests, { application: "default", defaults: {}, waitMsMax: WAIT_MS_MAX, onAnswer });
  terminal.out(`\n${answers.length} of ${sent} answered in ${durationText((Date.now() - startedMs) * MICROS_PER_MS)}, refusals included: each request gets exactly one answer.`);
  const stored = await sinkCatchesUp(installation, SINK_MS_MAX);
  if (!stored) terminal.err(`not every decision is stored yet after ${SINK_MS_MAX / 1_000} s: the reports below may lack some`);
  const shown = await showReports(installation, answers, startedMs, terminal);
  terminal.out(`\n${nextStepsText(shown, simulated)}`);
  return unanswered.length === 0 && stored ? 0 : 1;
}

/** @returns the request whose decision was explained */
function showReports({ config }: Installation, answers: readonly Answered[], startedMs: number, terminal: Terminal): Promise<string | null> {
  return withAnalytics(config, async (analytics) => {
    for (const [name, title] of TITLES) {
      const text = await reportText(analytics, name, { fromMicros: startedMs * MICROS_PER_MS }, "table", terminal.columns);
      terminal.out(`\n${title} (this run; \`leverframe report ${name}\`)\n\n${text ?? "nothing"}`);
    }
    const decision = await mostInstructive(analytics, answers);
    if (decision === null) return null;
    const { requestId } = decision.meta;
    terminal.out(`\nThe story of one decision (\`leverframe explain ${requestId}\`)\n`);
    terminal.out(explainText(decision, await findJournal(analytics, requestId), terminal.columns));
    return requestId;
  });
}

/** An escalation that ended well, else the most escalated request: what shows most of the journey. */
async function mostInstructive(analytics: Analytics, answers: readonly Answered[]): Promise<Decision | null> {
  const escalated = answers.map(({ response }) => response).toSorted((a, b) => b.escalations - a.escalations);
  let first: Decision | null = null;
  for (const { requestId, escalations } of escalated) {
    const decision = await findDecision(analytics, requestId);
    first ??= decision;
    if (escalations === 0) return first;
    if (decision?.success) return decision;
  }
  return first;
}
