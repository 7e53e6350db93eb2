import { mutate } from "@leverframe/policy";
import { type Command, InvalidArgumentError } from "commander";
import { type Finish, type Outcome, policiesOf, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { readPolicies } from "../../policies/read-policies";
import { requestText } from "../../rendering/witness-text";
import { counted, shareText } from "../../rendering/units";
import type { Terminal } from "../../terminal";

interface MutateOptions extends PolicyOptions {
  readonly min: number;
}

export function addPolicyMutate(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("mutate"))
    .summary("would the cases notice a mistake in a rule?")
    .description("Makes every small mistake in every rule and runs the cases. A mutant that answers every request as the set does is discarded by proof; any other that no case notices is shown with a request that would.")
    .option("--min <percent>", "exit code 1 below this score", percent, 100)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<MutateOptions>();
      await runPolicyCommand(terminal, finish, options, () => mutateOutcome(policiesOf(options), options.min));
    });
}

function percent(text: string): number {
  const number = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && number <= 100) return number;
  throw new InvalidArgumentError("Expected a number from 0 to 100.");
}

function mutateOutcome(source: string, min: number): Outcome {
  const score = mutate(readPolicies(source).set);
  const { mutants, killed, equivalent, survivors, casesFailing } = score;
  const lines = survivors.map(({ mutant, witness }) => `SURVIVED  ${mutant.rule}: ${mutant.what}\n  nobody would notice at  ${requestText(witness.input)}`);
  const summary = `${counted(mutants, "mutant")}: ${killed} noticed, ${equivalent} equivalent (proven), ${survivors.length} survived. Score ${shareText(score.score)}`;
  const failing = casesFailing === 0 ? [] : [`${counted(casesFailing, "case")} not asked: failing without any mistake (leverframe policy test)`];
  return { text: [...lines, ...failing, summary].join("\n"), json: score, hasFindings: score.score * 100 < min };
}
