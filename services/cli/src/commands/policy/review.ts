import { review, type ReviewQuestion } from "@leverframe/policy";
import type { Command } from "commander";
import { type Finish, type Outcome, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { readPolicies } from "../../policies/read-policies";
import { requestText } from "../../rendering/witness-text";
import { counted } from "../../rendering/units";
import { sectionText } from "../../rendering/sections";
import type { Terminal } from "../../terminal";

export function addPolicyReview(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("review"))
    .summary("the questions that a reviewer should ask about a change")
    .description("Does it open a path for sensitive data, lower a floor, weaken an obligation, raise cost, touch what is regulated, refuse what was answered? Exit code 1: there are questions.")
    .argument("<before>", "a folder, or <revision>:<folder> such as HEAD~1:policies")
    .argument("<after>", "the same")
    .action(async (before: string, after: string, _options: unknown, command: Command) => {
      await runPolicyCommand(terminal, finish, command.optsWithGlobals<PolicyOptions>(), () => reviewOutcome(before, after, terminal.columns));
    });
}

function reviewOutcome(before: string, after: string, columns: number): Outcome {
  const { difference, questions } = review(readPolicies(before).set, readPolicies(after).set);
  const changes = difference.changes.length;
  const summary = `${counted(questions.length, "question")} about ${counted(changes, "change")}`;
  return {
    text: questions.length === 0 ? `nothing to ask: ${counted(changes, "change")}` : [...questions.map((question, index) => questionText(question, index + 1, columns)), summary].join("\n\n"),
    json: { questions, changes: difference.changes },
    hasFindings: questions.length > 0,
  };
}

function questionText({ topic, question, witness, rules }: ReviewQuestion, number: number, columns: number): string {
  return sectionText(`${number}. ${topic.replaceAll("_", " ")}`, [["", question], ["such as", witness ? requestText(witness.input) : ""], ["rules", rules.join(", ")]], columns);
}
