import { type InstancePolicy, policyStatus } from "@leverframe/analytics";
import { MICROS_PER_MS } from "@leverframe/kernel";
import type { Command } from "commander";
import { presentConfigOf } from "../../data-folder";
import { instant } from "../../option-values";
import { type Finish, type Outcome, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import type { Column } from "../../rendering/grid";
import { tableText } from "../../rendering/table";
import { counted, timeText } from "../../rendering/units";
import { withAnalytics } from "../../stored-analytics";
import type { Terminal } from "../../terminal";

interface StatusOptions extends PolicyOptions {
  readonly since?: Date;
}

const VERSION_CHARS = 12;

export function addPolicyStatus(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("status"))
    .summary("the policy version that each running instance decides with")
    .description("Reads the record of policy changes: which version is active on each instance, since when and by whom. Exit code 1: instances differ, or one refused a set.")
    .option("--since <time>", "instances that started, changed or refused a set since then (default 30d); one that was killed is shown until then", instant)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<StatusOptions>();
      await runPolicyCommand(terminal, finish, options, async () => {
        const since = options.since ?? instant("30d");
        const instances = await withAnalytics(presentConfigOf(options), (analytics) => policyStatus(analytics, since.getTime() * MICROS_PER_MS));
        return statusOutcome(instances, terminal.columns);
      });
    });
}

const COLUMNS: readonly Column<InstancePolicy>[] = [
  { name: "instance", title: "instance", value: ({ instance }) => instance },
  { name: "policyVersion", title: "policy", value: ({ policyVersion }) => policyVersion.slice(0, VERSION_CHARS) },
  { name: "catalogVersion", title: "catalog", value: ({ catalogVersion }) => catalogVersion.slice(0, VERSION_CHARS) },
  { name: "since", title: "since", value: ({ since }) => timeText(since) },
  { name: "by", title: "by", value: ({ actor, actorSource }) => `${actor} (${actorSource})` },
  { name: "commit", title: "commit", value: ({ commit, gitRef }) => [gitRef, commit?.slice(0, VERSION_CHARS)].filter(Boolean).join(" ") },
  { name: "refused", title: "refused since", flexible: true, value: ({ refused }) => refused },
];

export function statusOutcome(instances: readonly InstancePolicy[], columns: number): Outcome {
  const versions = new Set(instances.map(({ policyVersion, catalogVersion }) => `${policyVersion} ${catalogVersion}`));
  const refused = instances.filter((one) => one.refused !== null).length;
  const verdict =
    instances.length === 0
      ? "no instance has spoken of its policy"
      : versions.size === 1
        ? `${counted(instances.length, "instance")}, all with the same policy and catalog`
        : `${counted(instances.length, "instance")} that differ: ${versions.size} combinations of policy and catalog are active`;
  const refusals = refused === 0 ? "" : `; ${counted(refused, "instance")} refused a newer set`;
  const table = instances.length === 0 ? "" : `${tableText(COLUMNS, instances, columns)}\n\n`;
  return { text: `${table}${verdict}${refusals}`, json: { same: versions.size <= 1, instances }, hasFindings: versions.size > 1 || refused > 0 };
}
