import { type Command, Option } from "commander";
import { configOf, type GlobalOptions } from "../global-options";
import type { Terminal } from "../terminal";
import { InvalidPolicies } from "./invalid-policies";
import { Misuse } from "../misuse";

export interface PolicyOptions extends GlobalOptions {
  readonly policies?: string;
  readonly format: "text" | "json";
}

/** What a command found: text for people, data for programs. */
export interface Outcome {
  readonly text: string;
  readonly json: unknown;
  /** Something to look at: exit code 1. */
  readonly hasFindings: boolean;
}

export type Finish = (exitCode: number) => void;

export function withPolicyOptions(command: Command): Command {
  return command
    .option("--policies <folder>", "folder of policies, or <revision>:<folder> such as HEAD~1:policies (default: the configured one)")
    .addOption(new Option("-f, --format <format>", "to read, or JSON for programs").choices(["text", "json"]).default("text"));
}

/** The folder that the options name, else the configured one. */
export const policiesOf = (options: PolicyOptions): string => options.policies ?? configOf(options).policies.dir;

/** Runs a policy command: exit code 0 nothing found, 1 findings (an invalid set is one), 2 misuse. */
export async function runPolicyCommand(terminal: Terminal, finish: Finish, { format }: PolicyOptions, run: () => Outcome | Promise<Outcome>): Promise<void> {
  try {
    const { text, json, hasFindings } = await run();
    terminal.out(format === "json" ? jsonText(json) : text);
    finish(hasFindings ? 1 : 0);
  } catch (error) {
    if (!(error instanceof Misuse) && !(error instanceof InvalidPolicies)) throw error;
    if (format === "json") terminal.out(jsonText({ error: error instanceof Misuse ? "misuse" : "invalid_policies", messages: error.message.split("\n") }));
    terminal.err(error.message);
    finish(error instanceof Misuse ? 2 : 1);
  }
}

/** Money is written in digits: JSON's numbers do not hold it. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part), 2);
}
