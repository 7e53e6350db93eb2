import type { DeadLetter } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import { type Command, Option } from "commander";
import { forEachDeadLetter, redriveAll, redriveOne } from "../dead-letters/dead-letter-topic";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";
import { withInstallation } from "../installation";
import { DEAD_LETTER_COLUMNS, deadLetterJson, deadLetterText } from "../rendering/dead-letter";
import { Misuse } from "../misuse";
import { type Format, FORMATS } from "../rendering/grid";
import { render } from "../rendering/render";
import { counted } from "../rendering/units";
import type { Terminal } from "../terminal";

type Finish = (exitCode: number) => void;

export function addDeadLetters(program: Command, terminal: Terminal, finish: Finish): void {
  const group = program
    .command("dead-letters")
    .summary("list, show and redrive what could not be processed")
    .description("Records that could not be processed, with their original bytes and the reason.");
  addList(group, terminal, finish);
  addShow(group, terminal, finish);
  addRedrive(group, terminal, finish);
}

function addList(group: Command, terminal: Terminal, finish: Finish): void {
  group
    .command("list")
    .description("Lists every dead letter that the log keeps, oldest first.")
    .addOption(new Option("-f, --format <format>", "of the list").choices(FORMATS).default("table"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { format: Format }>();
      const letters: DeadLetter[] = [];
      // Without their values, which may be megabytes each.
      await withInstallation(presentConfigOf(options), (installation) =>
        forEachDeadLetter(installation, (letter) => void letters.push({ ...letter, value: null, key: null, headers: {} })),
      );
      letters.sort((a, b) => a.at - b.at);
      if (letters.length > 0 || options.format !== "table") terminal.out(render(options.format, DEAD_LETTER_COLUMNS, letters, terminal.columns));
      else terminal.err("no dead letters");
      finish(0);
    });
}

function addShow(group: Command, terminal: Terminal, finish: Finish): void {
  group
    .command("show")
    .description("Shows one dead letter: where it came from, what failed, its headers and the beginning of its bytes.")
    .argument("<id>", "as `dead-letters list` shows it")
    .option("--bytes", "write the original value to standard output, and nothing else", false)
    .addOption(new Option("-f, --format <format>", "to read, or JSON for programs (bytes in base64)").choices(["text", "json"]).default("text"))
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { bytes: boolean; format: "text" | "json" }>();
      const letter = await withInstallation(presentConfigOf(options), (installation) => find(id, (visit) => forEachDeadLetter(installation, visit)));
      if (options.bytes) process.stdout.write(letter.value ?? new Uint8Array());
      else if (options.format === "json") terminal.out(deadLetterJson(letter));
      else terminal.out(deadLetterText(letter, terminal.columns));
      finish(0);
    });
}

async function find(id: string, read: (visit: (letter: DeadLetter) => void) => Promise<void>): Promise<DeadLetter> {
  let found: DeadLetter | null = null;
  await read((letter) => {
    if (letter.deadLetterId === id) found = letter;
  });
  if (found === null) throw notFound(id);
  return found;
}

const notFound = (id: string): AppError => new AppError("bad_input", `no dead letter has id \`${id}\`; \`leverframe dead-letters list\` shows those there are`);

function addRedrive(group: Command, terminal: Terminal, finish: Finish): void {
  group
    .command("redrive")
    .description("Appends a dead letter's original key, bytes and headers to the topic that it came from, to be processed again.")
    .argument("[id]", "as `dead-letters list` shows it")
    .option("--all", "every dead letter since the last `redrive --all`", false)
    .action(async (id: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { all: boolean }>();
      if ((id === undefined) === !options.all) throw new Misuse("expected either the id of a dead letter or `--all`");
      const { redriven, lost } = await withInstallation(presentConfigOf(options), async (installation) => {
        if (id === undefined) return redriveAll(installation);
        const one = await redriveOne(installation, id);
        if (one === null) throw notFound(id);
        return one;
      });
      for (const letter of lost) terminal.err(`${letter.deadLetterId}: its bytes were too large to be kept (${letter.errorMessage})`);
      terminal.err(`${counted(redriven, "record")} redriven${lost.length > 0 ? `, ${lost.length} without bytes left out` : ""}`);
      finish(lost.length > 0 ? 1 : 0);
    });
}
