import { userInfo } from "node:os";
import { message } from "@leverframe/contracts";
import type { ReviewVerdict } from "@leverframe/decision";
import { AppError, eventId, MICROS_PER_MS } from "@leverframe/kernel";
import { type Command, Option } from "commander";
import { type Held, heldAnswers } from "../answers/held-answers";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";
import { type Installation, withInstallation } from "../installation";
import { responseJson } from "../rendering/answer-columns";
import { type Column, type Format, FORMATS } from "../rendering/grid";
import { printable } from "../rendering/printable";
import { render } from "../rendering/render";
import { sectionText } from "../rendering/sections";
import { timeText } from "../rendering/units";
import type { Terminal } from "../terminal";

type Finish = (exitCode: number) => void;

export function addAnswers(program: Command, terminal: Terminal, finish: Finish): void {
  const group = program
    .command("answers")
    .summary("list held answers, show, release and reject them")
    .description("Answers that a policy holds until a person has looked. The application was told `held_for_review`; what is decided here follows under an id of its own.");
  addHeld(group, terminal, finish);
  addShow(group, terminal, finish);
  addVerdict(group, "release", "Lets the answer out to the application that asked.", terminal, finish);
  addVerdict(group, "reject", "Tells the application that the answer is not released; the answer itself stays inside.", terminal, finish);
}

const COLUMNS: readonly Column<Held>[] = [
  { name: "requestId", title: "request", value: ({ held }) => held.requestId },
  { name: "heldAt", title: "held since", value: ({ held }) => new Date(held.heldAt / MICROS_PER_MS).toISOString(), text: ({ held }) => timeText(held.heldAt) },
  { name: "application", title: "application", value: ({ held }) => held.response.application },
  { name: "department", title: "department", value: ({ held }) => held.response.department },
  { name: "verdict", title: "verdict", value: ({ review }) => review?.verdict ?? "waits" },
  { name: "reviewer", title: "by", value: ({ review }) => review?.reviewer ?? null },
  { name: "reason", title: "why", flexible: true, value: ({ held }) => held.reason },
];

function addHeld(group: Command, terminal: Terminal, finish: Finish): void {
  group
    .command("held")
    .description("Lists the answers that wait for a person, oldest first; the log keeps them for six days.")
    .option("--all", "also those that somebody released or rejected", false)
    .addOption(new Option("-f, --format <format>", "of the list").choices(FORMATS).default("table"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { all: boolean; format: Format }>();
      const all = await withInstallation(presentConfigOf(options), heldAnswers);
      const shown = options.all ? all : all.filter(({ review }) => review === null);
      if (shown.length > 0 || options.format !== "table") terminal.out(render(options.format, COLUMNS, shown, terminal.columns));
      else terminal.err("no answer waits for a person");
      finish(0);
    });
}

function addShow(group: Command, terminal: Terminal, finish: Finish): void {
  group
    .command("show")
    .description("Shows one held answer with its text.")
    .argument("<requestId>", "as `answers held` shows it")
    .addOption(new Option("-f, --format <format>", "to read, or JSON for programs").choices(["text", "json"]).default("text"))
    .action(async (requestId: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { format: "text" | "json" }>();
      const one = await withInstallation(presentConfigOf(options), (installation) => find(installation, requestId));
      terminal.out(options.format === "json" ? JSON.stringify(heldJson(one), null, 2) : heldText(one, terminal.columns));
      finish(0);
    });
}

function addVerdict(group: Command, verdict: ReviewVerdict, description: string, terminal: Terminal, finish: Finish): void {
  group
    .command(verdict)
    .description(description)
    .argument("<requestId>", "as `answers held` shows it")
    .option("--as <name>", "who decides (default: the user of the operating system)")
    .option("--comment <text>", "why; a rejection's goes to the application")
    .action(async (requestId: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { as?: string; comment?: string }>();
      const reviewer = options.as ?? userInfo().username;
      await withInstallation(presentConfigOf(options), (installation) => decide(installation, requestId, { verdict, reviewer, comment: options.comment ?? null }));
      terminal.err(`${requestId}: ${verdict === "release" ? "released" : "rejected"} by ${reviewer}`);
      finish(0);
    });
}

/** What was decided before stands: the evaluator would answer the same again, whatever came second. */
async function decide(installation: Installation, requestId: string, decision: { readonly verdict: ReviewVerdict; readonly reviewer: string; readonly comment: string | null }): Promise<void> {
  const { held, review } = await find(installation, requestId);
  if (review !== null) throw new AppError("conflict", `request \`${requestId}\` was decided before: \`${review.reviewer}\` chose to ${review.verdict} it on ${timeText(review.at)}`);
  const at = Date.now() * MICROS_PER_MS;
  const event = { eventId: `${eventId(requestId, "review")}.${decision.reviewer}.${at}`, requestId, ...decision, held, at };
  await installation.log.append([installation.maker.recordOf(message("reviews", event))]);
}

async function find(installation: Installation, requestId: string): Promise<Held> {
  const found = (await heldAnswers(installation)).find(({ held }) => held.requestId === requestId);
  if (found === undefined) throw new AppError("bad_input", `no held answer is of request \`${requestId}\`; \`leverframe answers held\` shows those there are`);
  return found;
}

/** The list's row, and the answer itself. */
function heldJson(one: Held): unknown {
  return { ...Object.fromEntries(COLUMNS.map(({ name, value }) => [name, value(one)])), comment: one.review?.comment ?? null, response: responseJson(one.held.response) };
}

function heldText({ held, review }: Held, columnsMax: number): string {
  const { response, requestId, reason, heldAt } = held;
  const output = response.output;
  const calls = output?.toolCalls.map(({ name, arguments: asked }) => `${name}(${asked})`) ?? [];
  const facts = sectionText(
    `Held answer to ${requestId}`,
    [
      ["held", `${timeText(heldAt)}: ${reason}`],
      ["for", `${response.application}, ${response.department} of ${response.tenant}`],
      ["by", response.candidate ?? ""],
      ["verdict", review === null ? "waits" : `${review.verdict} by ${review.reviewer} on ${timeText(review.at)}${review.comment === null ? "" : `: ${review.comment}`}`],
      ["tools", calls.map(printable).join(", ")],
    ],
    columnsMax,
  );
  return `${facts}\n\n${printable(output?.text ?? "")}`;
}
