import type { Command } from "commander";
import type { Finish } from "../../policies/policy-command";
import type { Terminal } from "../../terminal";
import { addPolicyDiff } from "./diff";
import { addPolicyExplain } from "./explain";
import { addPolicyLint } from "./lint";
import { addPolicyMutate } from "./mutate";
import { addPolicyProve } from "./prove";
import { addPolicyReplay } from "./replay";
import { addPolicyReview } from "./review";
import { addPolicySimulate } from "./simulate";
import { addPolicyStatus } from "./status";
import { addPolicyTest } from "./test";

const COMMANDS = [addPolicyLint, addPolicyTest, addPolicyProve, addPolicyDiff, addPolicyReview, addPolicyMutate, addPolicyExplain, addPolicySimulate, addPolicyReplay, addPolicyStatus];

export function addPolicy(program: Command, terminal: Terminal, finish: Finish): void {
  const policy = program
    .command("policy")
    .summary("lint, test, prove, diff, review, mutate, explain, simulate, replay, status")
    .description("Tools for policies. Exit code 0: nothing found, 1: findings, 2: the command line is wrong.");
  for (const add of COMMANDS) add(policy, terminal, finish);
}
