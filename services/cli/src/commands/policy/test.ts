import { sha256 } from "@leverframe/nest";
import { runCases } from "@leverframe/policy";
import type { Command } from "commander";
import { type Finish, type Outcome, policiesOf, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { COMPILE_OPTIONS, readPolicies } from "../../policies/read-policies";
import { counted } from "../../rendering/units";
import type { Terminal } from "../../terminal";

export function addPolicyTest(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("test"))
    .summary("run the cases")
    .description("Runs every case of cases/*.yaml: what is permitted, refused and obliged for a request, and which changes must not be accepted.")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PolicyOptions>();
      await runPolicyCommand(terminal, finish, options, () => testOutcome(policiesOf(options)));
    });
}

function testOutcome(source: string): Outcome {
  const { set, files } = readPolicies(source);
  const results = runCases(set, files, sha256, COMPILE_OPTIONS);
  const failed = results.filter(({ problems }) => problems.length > 0);
  const lines = failed.map(({ name, problems }) => [`FAILED ${name}`, ...problems.map((problem) => `  ${problem}`)].join("\n"));
  return {
    text: [...lines, `${counted(results.length, "case")}: ${results.length - failed.length} hold, ${failed.length} failed`].join("\n"),
    json: { cases: results, failed: failed.length },
    hasFindings: failed.length > 0,
  };
}
