import { type Change, diff } from "@leverframe/policy";
import type { Command } from "commander";
import { type Finish, type Outcome, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { readPolicies } from "../../policies/read-policies";
import { boxesText, requestText } from "../../rendering/witness-text";
import { counted } from "../../rendering/units";
import { sectionText } from "../../rendering/sections";
import type { Terminal } from "../../terminal";

export function addPolicyDiff(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("diff"))
    .summary("what changes, for which requests, between two sets")
    .description("Compares what two sets of policies answer to every request there can be. Exit code 1: some answer changes.")
    .argument("<before>", "a folder, or <revision>:<folder> such as HEAD~1:policies")
    .argument("<after>", "the same")
    .action(async (before: string, after: string, _options: unknown, command: Command) => {
      await runPolicyCommand(terminal, finish, command.optsWithGlobals<PolicyOptions>(), () => diffOutcome(before, after, terminal.columns));
    });
}

function diffOutcome(before: string, after: string, columns: number): Outcome {
  const [a, b] = [readPolicies(before), readPolicies(after)];
  const { changes } = diff(a.set, b.set);
  const same = a.set.version === b.set.version && a.set.catalog.version === b.set.catalog.version;
  const nothing = same ? "the two sets are the same" : "no semantic change: proven for every request there can be, though the texts differ";
  const text = changes.length === 0 ? nothing : [...changes.map((change) => changeText(change, columns)), counted(changes.length, "change")].join("\n\n");
  return { text, json: { versions: [a.set.version, b.set.version], catalogVersions: [a.set.catalog.version, b.set.catalog.version], changes }, hasFindings: changes.length > 0 };
}

const TITLES: Readonly<Record<Change["kind"], string>> = {
  permitted: "NEWLY PERMITTED",
  forbidden: "NEWLY FORBIDDEN",
  obligation: "OBLIGATION",
  preference: "PREFERENCE",
  route: "ROUTE",
  refusal: "REFUSAL",
};

export function changeText(change: Change, columns: number): string {
  const { kind, candidates, field, from, to, weaker, where, complete, witness, rules } = change;
  const [first, ...others] = candidates;
  const what =
    kind === "obligation" ? `${field} from ${from || "nothing"} to ${to || "nothing"}${weaker ? " (weaker)" : ""}`
    : kind === "preference" ? `${first} stands ${to} ${others.join(", ")}, no longer ${from}`
    : kind === "route" || kind === "refusal" ? `from ${from} to ${to}`
    : candidates.join(", ");
  return sectionText(`${TITLES[kind]}  ${what}`, [["where", boxesText(where, complete)], ["such as", requestText(witness.input)], ["rules", rules.join(", ")]], columns);
}
