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
import type { Terminal } from "./terminal";

const COMMANDS = [addUp, addSend, addCancel, addResponses, addAnswers, addFeedback, addReport, addExplain, addTopics, addCatalog, addProviders, addDeadLetters, addLedger, addPolicy, addClassify, addDemo];

/** Runs one command line. @returns exit code: 0 done, 1 not (wholly) done, 2 the command line itself is wrong */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const state = { exitCode: 0 };
  const program = programOf(terminal, (exitCode) => void (state.exitCode = exitCode));
  try {
    await program.parseAsync(argv, { from: "user" });
    return state.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = toAppError(thrown);
    // What the reader can change is said in one sentence; only a fault of ours is worth a stack.
    terminal.err(`leverframe: ${error.code === "internal" ? (error.stack ?? error.message) : error.message}`);
    return 1;
  }
}

function programOf(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = addGlobalOptions(new Command("leverframe"))
    .description("Leverframe: the correct AI path for each request, inside policy and budget, provable afterwards.")
    .showHelpAfterError("(--help shows what there is)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHelpWidth: () => terminal.columns,
    });
  for (const add of COMMANDS) add(program, terminal, finish);
  return program;
}
