import { readFileSync } from "node:fs";
import path from "node:path";
import { toAppError } from "@leverframe/kernel";
import { Command, CommanderError } from "commander";
import { addAnswers } from "./commands/answers";
import { addCancel } from "./commands/cancel";
import { addCatalog } from "./commands/catalog";
import { addClassify } from "./commands/classify-eval";
import { addDeadLetters } from "./commands/dead-letters";
import { addDemo } from "./commands/demo";
import { addExplain } from "./commands/explain";
import { addFeedback } from "./commands/feedback";
import { addPolicy } from "./commands/policy/policy";
import { addLedger } from "./commands/ledger/ledger";
import { addProviders } from "./commands/providers";
import { addReport } from "./commands/report";
import { addResponses } from "./commands/responses";
import { addSend } from "./commands/send";
import { addTopics } from "./commands/topics";
import { addUp } from "./commands/up";
import { addGlobalOptions } from "./global-options";
import { machineFault } from "./machine-fault";
import { Misuse } from "./misuse";
import { repositoryRoot } from "./repository-root";
import type { Terminal } from "./terminal";

const GROUPS = [
  ["Run it:", [addDemo, addUp, addTopics, addProviders, addCatalog, addDeadLetters]],
  ["Ask:", [addSend, addResponses, addCancel, addAnswers, addFeedback]],
  ["See what was decided and spent:", [addReport, addExplain, addLedger]],
  ["Write and prove the rules:", [addPolicy, addClassify]],
] as const;

const MISSING_TOPIC = /^topic `[^`]+` does not exist$/;

/** Runs one command line. @returns exit code: 0 done, 1 not (wholly) done, 2 the command line itself is wrong */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const state = { exitCode: 0 };
  const program = programOf(terminal, (exitCode) => void (state.exitCode = exitCode));
  try {
    await program.parseAsync(argv, { from: "user" });
    return state.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    if (thrown instanceof Misuse) {
      terminal.err(`leverframe: ${thrown.message}`);
      return 2;
    }
    const error = toAppError(thrown);
    if (error.code === "bad_config" && MISSING_TOPIC.test(error.message)) {
      terminal.err(`leverframe: ${error.message}; \`leverframe topics provision\` makes those that are missing`);
      return 1;
    }
    // What the reader can change is said in one sentence; only a fault of ours is worth a stack.
    terminal.err(`leverframe: ${error.code === "internal" ? (machineFault(thrown) ?? error.stack ?? error.message) : error.message}`);
    return 1;
  }
}

function programOf(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = addGlobalOptions(new Command("leverframe"))
    .description("Leverframe: the correct AI path for each request, inside policy and budget, provable afterwards.")
    .showHelpAfterError("(--help shows what there is)")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", "\nExit codes: 0 done, 1 something was found or could not be done, 2 the command line is wrong.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
    });
  // Version and help are asked of the program itself: beside each command's own options they would be noise.
  program.version(versionText(), "-V, --version", "show which build this is");
  program.addHelpCommand(new Command("help").argument("[command]").description("the same as <command> --help").helpGroup("Get help:"));
  for (const [heading, commands] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, terminal, finish);
  }
  return program;
}

function versionText(): string {
  const { version } = JSON.parse(readFileSync(path.join(repositoryRoot(), "package.json"), "utf8")) as { version: string };
  return `leverframe ${version}, Node ${process.versions.node}`;
}
