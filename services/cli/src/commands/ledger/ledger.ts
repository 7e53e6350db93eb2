import type { Command } from "commander";
import type { Terminal } from "../../terminal";
import { addLedgerBalance } from "./balance";
import { addLedgerDeferred } from "./deferred";
import { addLedgerEntries } from "./entries";
import { addLedgerForecast } from "./forecast";
import { addLedgerOverride } from "./override";
import { addLedgerRebuild } from "./rebuild";
import { addLedgerReconcile } from "./reconcile";
import { addLedgerVerify } from "./verify";

export type Finish = (exitCode: number) => void;

const COMMANDS = [addLedgerBalance, addLedgerEntries, addLedgerVerify, addLedgerRebuild, addLedgerReconcile, addLedgerOverride, addLedgerForecast, addLedgerDeferred];

export function addLedger(program: Command, terminal: Terminal, finish: Finish): void {
  const ledger = program
    .command("ledger")
    .summary("balance, entries, verify, rebuild, reconcile, override, forecast, deferred")
    .description("The budget ledger: what it holds, its journal, and whether they agree. Exit code 0: nothing found, 1: findings, 2: the command line is wrong.");
  for (const add of COMMANDS) add(ledger, terminal, finish);
}
