import { type Finding, lint } from "@leverframe/policy";
import type { Command } from "commander";
import { type Finish, type Outcome, policiesOf, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { readPolicies } from "../../policies/read-policies";
import { placesOfRules } from "../../policies/rule-places";
import { boxesText, requestText } from "../../rendering/witness-text";
import { counted } from "../../rendering/units";
import { sectionText } from "../../rendering/sections";
import type { Terminal } from "../../terminal";

export function addPolicyLint(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("lint"))
    .summary("rules that never fire, never matter, contradict; requests that nothing serves")
    .description("Looks at every request there can be. A finding that is meant to be so is acknowledged in proofs/*.yaml, with the reason.")
    .option("--all", "show what is acknowledged too", false)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PolicyOptions & { readonly all: boolean }>();
      await runPolicyCommand(terminal, finish, options, () => lintOutcome(policiesOf(options), options.all, terminal.columns));
    });
}

function lintOutcome(source: string, all: boolean, columns: number): Outcome {
  const { set, files } = readPolicies(source);
  const { findings, stale } = lint(set);
  const places = placesOfRules(files);
  const placed = findings.map((finding) => ({ ...finding, places: finding.rules.flatMap((id) => places.get(id) ?? []).map((place) => `${source}/${place}`) }));
  const open = placed.filter(({ acknowledged }) => acknowledged === null);
  const shown = all ? placed : open;
  const known = findings.length - open.length;
  const text = [
    ...shown.map((finding) => findingText(finding, columns)),
    ...stale.map(({ kind, rules }) => `acknowledgement of ${kind} ${rules.join(", ")} is not needed any longer: take it out`),
    `${counted(set.rules.length, "rule")}: ${counted(open.length, "finding")}${known > 0 ? `, ${known} acknowledged` : ""}`,
  ].join("\n\n");
  return { text, json: { findings: placed, stale }, hasFindings: open.length > 0 || stale.length > 0 };
}

function findingText({ kind, message, where, witness, places, acknowledged }: Finding & { readonly places: readonly string[] }, columns: number): string {
  return sectionText(
    `${kind.replaceAll("_", " ")}: ${message}`,
    [
      ["at", places.slice(0, 4).join(" ")],
      ["where", where.length === 0 ? "" : boxesText(where.slice(0, 1), where.length <= 1)],
      ["such as", witness ? requestText(witness.input) : ""],
      ["acknowledged", acknowledged ?? ""],
    ],
    columns,
  );
}
