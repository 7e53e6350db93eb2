import { text as readAll } from "node:stream/consumers";
import { LATENCY_CLASS_VALUES, RISK_CLASS_VALUES } from "@leverframe/events";
import { type Config, uuidv7 } from "@leverframe/nest";
import { type Command, Option } from "commander";
import { type Answered, exchange, type Exchanged } from "../answers/exchange";
import { openPreview, type Preview } from "../answers/preview";
import { checkDataFolder } from "../data-folder";
import { configOf, type GlobalOptions } from "../global-options";
import { inputFile } from "../input-file";
import { type Installation, withInstallation } from "../installation";
import { Misuse } from "../misuse";
import { wholeNumber } from "../option-values";
import { answerProgress } from "../rendering/answer-progress";
import { ANSWER_COLUMNS, contentOf, responseJson } from "../rendering/answer-columns";
import { printable } from "../rendering/printable";
import { tableText } from "../rendering/table";
import { counted, countText, usdText } from "../rendering/units";
import { checkApplication } from "../requests/known-application";
import { problemText } from "../requests/located-problem";
import { type ReadRequests, readRequests, type SourcedRequest } from "../requests/read-requests";
import type { RequestDefaults } from "../requests/to-request";
import type { Terminal } from "../terminal";

interface SendOptions extends GlobalOptions, RequestDefaults {
  readonly text?: string;
  readonly application: string;
  readonly task?: string;
  readonly risk?: RequestDefaults["riskClass"];
  readonly latency?: RequestDefaults["latencyClass"];
  readonly wait: boolean;
  readonly stream: boolean;
  readonly timeout: number;
  readonly format: "table" | "json";
}

const TIMEOUT_SECONDS = 120;

export function addSend(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("send")
    .summary("send requests and print their answers")
    .description("Sends requests through the log and waits for their answers. A file holds one JSON object a line, or is one prompt as plain text; - reads standard input.")
    .argument("[file]", "JSONL or plain text; - for standard input")
    .option("-t, --text <text>", "the prompt itself, instead of a file")
    .option("-a, --application <name>", "whose ingress topic the requests go to", "default")
    .option("-d, --department <name>", "for requests that name none")
    .option("-u, --user <name>", "for requests that name none")
    .option("--task <type>", "task type, for requests that name none")
    .option("--route <name>", "route, for requests that name none")
    .addOption(new Option("--risk <class>", "least risk class, for requests that name none").choices(RISK_CLASS_VALUES))
    .addOption(new Option("--latency <class>", "latency class, for requests that name none").choices(LATENCY_CLASS_VALUES))
    .option("--max-output-tokens <count>", "for requests that name none", wholeNumber(1))
    .option("--no-wait", "send and return at once; read answers with `leverframe responses --follow`")
    .option("--stream", "show the answer of a single request while it comes, where the policy allows it", false)
    .option("--timeout <seconds>", "longest wait for answers", wholeNumber(1), TIMEOUT_SECONDS)
    .addOption(new Option("-f, --format <format>", "of the answers").choices(["table", "json"]).default("table"))
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      finish(await send(file, command.optsWithGlobals<SendOptions>(), terminal));
    });
}

const EXAMPLES = `
Examples:
  leverframe send --text "Summarise: …" --department Sales
  leverframe send requests.jsonl --format json > answers.jsonl
  {"text": "…", "department": "Legal", "taskType": "contract_review", "requiredSections": ["Risks"]}   ← a line
examples/README.md lists the fields of a line. A single prompt's answer goes to standard output, why it has none to standard
error with exit code 1; of a file, a refusal is an answer like any other.`;

/** @returns exit code: 0 when every line of a file was sent and has its answer (a refusal is one), and when a single request was answered with an output */
async function send(file: string | undefined, options: SendOptions, terminal: Terminal): Promise<number> {
  const config = configOf(options);
  checkDataFolder(config);
  const read = await readInput(file, options.text, terminal);
  for (const problem of read.problems) terminal.err(problemText(problem));
  if (read.requests.length === 0) return 1;
  if (options.stream && read.requests.length > 1) terminal.err(`--stream shows the pieces of a single request: these ${countText(read.requests.length)} are shown whole`);
  const exchanged = await withInstallation(config, async (installation) => {
    await checkApplication(installation, options.application);
    return sendAndShow(installation, read, options, terminal);
  });
  for (const problem of exchanged.problems) terminal.err(problemText(problem));
  const bad = read.problems.length + exchanged.problems.length;
  if (bad > 0) terminal.err(`${countText(exchanged.sent)} sent, ${counted(bad, "problem")} above: mend those lines and send them alone`);
  if (exchanged.unanswered.length > 0) terminal.err(unansweredText(exchanged, options, config));
  return bad > 0 || exchanged.unanswered.length > 0 || exchanged.withoutOutput ? 1 : 0;
}

async function readInput(file: string | undefined, text: string | undefined, terminal: Terminal): Promise<ReadRequests> {
  if (text !== undefined && file !== undefined) throw new Misuse(`both \`--text\` and file \`${file}\` are given, expected one of them`);
  if (text?.trim() === "") throw new Misuse("`--text` is empty, expected a prompt");
  if (text !== undefined) return { requests: [{ request: { text }, source: "--text", line: null }], problems: [] };
  if (file === undefined) throw new Misuse("nothing to send: expected a file, `-` for standard input, or `--text \"…\"`");
  if (file === "-") return readRequests(await readAll(terminal.stdin), "stdin");
  return readRequests(inputFile(file).toString("utf8"), file);
}

async function sendAndShow(installation: Installation, { requests: read }: ReadRequests, options: SendOptions, terminal: Terminal): Promise<Shown> {
  const { application, department, user, task: taskType, route, risk: riskClass, latency: latencyClass, maxOutputTokens } = options;
  // A preview has to know its request.
  const requests = options.stream ? read.map((one) => ({ ...one, request: { requestId: uuidv7(), ...one.request } })) : read;
  const stream = options.stream || undefined;
  const defaults = { department, user, taskType, route, riskClass, latencyClass, maxOutputTokens, ...(stream ? { stream } : {}) };
  const preview = await previewOf(installation, requests, options, terminal);
  const progress = answerProgress(options.wait && requests.length > 1, requests.length, terminal);
  const answers: Answered[] = [];
  const onAnswer = (answered: Answered): void => {
    answers.push(answered);
    if (options.format === "json") terminal.out(JSON.stringify({ line: answered.sourced.line, ...responseJson(answered.response) }));
    progress.answered();
  };
  try {
    const waitMsMax = options.wait ? options.timeout * 1_000 : null;
    const exchanged = await exchange(installation, requests, { application, defaults, waitMsMax, onAnswer });
    if (!options.wait) terminal.err(`${countText(exchanged.sent)} sent to \`${installation.names.requests(application)}\``);
    return { ...exchanged, withoutOutput: isSingle(read) && answers.some(({ response }) => response.output === null) };
  } finally {
    progress.stop();
    const shown = await preview?.close();
    if (options.format === "table") showAnswers(answers, isSingle(read), terminal, shown ?? "");
  }
}

interface Shown extends Exchanged {
  /** A single request that got no output: whoever asked from a script must not take a refusal for an answer. */
  readonly withoutOutput: boolean;
}

/** One prompt of its own, not a line of a file. */
const isSingle = (requests: readonly SourcedRequest[]): boolean => requests.length === 1 && requests[0]!.line === null;

async function previewOf(installation: Installation, requests: readonly SourcedRequest[], options: SendOptions, terminal: Terminal): Promise<Preview | null> {
  const [only, ...others] = requests;
  if (!options.stream || !options.wait || options.format !== "table" || !only?.request.requestId || others.length > 0) return null;
  return openPreview(installation, options.application, only.request.requestId, terminal);
}

/** `shown`: what a preview has shown of the only answer. */
function showAnswers(answers: readonly Answered[], single: boolean, terminal: Terminal, shown: string): void {
  const [first] = answers;
  if (first === undefined) return;
  if (single) {
    if (shown !== "") terminal.out("");
    const text = printable(contentOf(first.response));
    if (first.response.output === null) terminal.err(text);
    else if (shown !== first.response.output.text) terminal.out(text);
    const { status, candidate, costNanoUsd, escalations, requestId } = first.response;
    terminal.err(`\n${status}${candidate === null ? "" : ` by ${candidate}`} for ${usdText(costNanoUsd)}${escalations === 0 ? "" : `, ${counted(escalations, "escalation")}`}; the whole story: leverframe explain ${requestId}`);
    return;
  }
  const inOrder = answers.toSorted((a, b) => (a.sourced.line ?? 0) - (b.sourced.line ?? 0));
  terminal.out(tableText(ANSWER_COLUMNS, inOrder, terminal.columns));
}

function unansweredText({ unanswered, sent }: Exchanged, { timeout }: SendOptions, { profile }: Config): string {
  const lines = unanswered.flatMap(({ line }) => line ?? []);
  const which = lines.length === 0 ? "" : ` (lines ${lines.slice(0, 10).join(", ")}${lines.length > 10 ? ", …" : ""})`;
  const hint = profile === "embedded" ? "is `leverframe up` running on this data folder?" : "are all stages running?";
  return `${unanswered.length} of ${sent} not answered within ${timeout} s${which}: ${hint} They stay in the log and will be answered`;
}
