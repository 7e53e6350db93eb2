import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { decisionsSince, parseDecisionJson } from "@leverframe/analytics";
import { MICROS_PER_MS } from "@leverframe/kernel";
import { Replay, type Replayed, type ReplayReport } from "@leverframe/policy";
import { type Command } from "commander";
import { presentConfigOf } from "../../data-folder";
import { instant } from "../../option-values";
import { Misuse } from "../../misuse";
import { type Finish, type Outcome, policiesOf, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { readPolicies } from "../../policies/read-policies";
import type { Column } from "../../rendering/grid";
import { sectionText } from "../../rendering/sections";
import { tableText } from "../../rendering/table";
import { counted, countText, usdText } from "../../rendering/units";
import { withAnalytics } from "../../stored-analytics";
import type { Terminal } from "../../terminal";

interface ReplayOptions extends PolicyOptions {
  readonly since?: Date;
  readonly tenant?: string;
  readonly decisions?: string;
  readonly recordedUnder?: string;
}

export function addPolicyReplay(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("replay"))
    .summary("recorded decisions under these policies, without calling a model")
    .description("Decides recorded requests again: changed routes, what is newly refused or permitted, what sensitive requests may newly reach, and what the recorded tokens would have cost. Exit code 1: something changes.")
    .option("--since <time>", "decisions from then on: 2026-07-01, an ISO time, or how long ago (24h, 7d; default 7d)", instant)
    .option("--tenant <name>", "only this one's")
    .option("--recorded-under <policies>", "the policies that made the decisions, such as HEAD~1:policies: tells which requests named their route")
    .option("--decisions <file>", "decisions from a file, one JSON object on each line, instead of the analytics store")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReplayOptions>();
      await runPolicyCommand(terminal, finish, options, async () => outcomeOf(await replayed(options), terminal.columns));
    });
}

async function replayed(options: ReplayOptions): Promise<ReplayReport> {
  const recorded = options.recordedUnder === undefined ? {} : { recordedUnder: readPolicies(options.recordedUnder).set };
  const replay = new Replay(readPolicies(policiesOf(options)).set, recorded);
  const since = options.since ?? instant("7d");
  if (options.decisions !== undefined) await addFile(replay, options.decisions, options.since ?? null, options.tenant ?? null);
  else {
    await withAnalytics(presentConfigOf(options), async (analytics) => {
      for await (const decision of decisionsSince(analytics, since.getTime() * MICROS_PER_MS, options.tenant ?? null)) replay.add(decision);
    });
  }
  return replay.report();
}

async function addFile(replay: Replay, file: string, since: Date | null, tenant: string | null): Promise<void> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      line++;
      if (text.trim() === "") continue;
      const decision = parseDecisionJson(text);
      if (since !== null && decision.origin.receivedAt < since.getTime() * MICROS_PER_MS) continue;
      if (tenant === null || decision.origin.tenant === tenant) replay.add(decision);
    }
  } catch (error) {
    throw new Misuse(line === 0 ? `file \`${file}\` cannot be read, expected decisions as JSON` : `${file}:${line}: no decision (${(error as Error).message}), expected one as \`explain --format json\` shows it, on one line`);
  }
}

const COLUMNS: readonly Column<Replayed>[] = [
  { name: "requestId", title: "request", value: ({ requestId }) => requestId },
  { name: "kind", title: "what", value: ({ kind }) => kind.replaceAll("_", " ") },
  { name: "department", title: "department", value: ({ department }) => department },
  { name: "riskClass", title: "risk", value: ({ riskClass }) => riskClass },
  { name: "from", title: "was", value: ({ from }) => from },
  { name: "to", title: "would be", value: ({ to }) => to },
  { name: "answeredBy", title: "answered by", value: ({ answeredBy }) => answeredBy },
  { name: "instead", title: "instead", value: ({ instead }) => instead },
  { name: "sensitivePermitted", title: "newly open to sensitive data", flexible: true, value: ({ sensitivePermitted }) => sensitivePermitted.join(", ") },
];

function outcomeOf(report: ReplayReport, columns: number): Outcome {
  const { decisions, skipped, stateAssumed, namingAssumed, unchanged, changedRoutes, newlyRefused, newlyPermitted, newlyPermittedSensitive, choiceGone, costNanoUsd, replayedCostNanoUsd, examples } = report;
  const delta = replayedCostNanoUsd - costNanoUsd;
  const facts = sectionText(
    `REPLAY OF ${countText(decisions)} DECISIONS`,
    [
      ["unchanged", countText(unchanged)],
      ["skipped", skipped === 0 ? "" : `${countText(skipped)}, refused before a policy was asked`],
      ["assumed", stateAssumed === 0 ? "" : `budgets and providers were well for ${countText(stateAssumed)}, which did not record it`],
      ["named", namingAssumed === 0 ? "" : `which route ${countText(namingAssumed)} older requests named is inferred`],
      ["newly refused", countText(newlyRefused)],
      ["newly permitted", countText(newlyPermitted)],
      ["sensitive", `${countText(newlyPermittedSensitive)} sensitive requests could newly reach some candidate`],
      ["routes", `${countText(changedRoutes)} changed`],
      ["models", `${counted(choiceGone, "answer")} came from a model that is no longer permitted`],
      ["cost", `${usdText(costNanoUsd)} then, ${usdText(replayedCostNanoUsd)} by these policies and prices for the same tokens (${delta < 0n ? "-" : "+"}${usdText(delta < 0n ? -delta : delta)})`],
    ],
    columns,
  );
  const hasFindings = decisions - skipped - unchanged > 0;
  return { text: examples.length === 0 ? facts : `${facts}\n\n${tableText(COLUMNS, examples, columns)}`, json: report, hasFindings };
}
