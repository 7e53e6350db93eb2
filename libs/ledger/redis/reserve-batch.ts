import { amountsKey, heldOtherwise, keepingOf, type Reserve, type ReserveResult } from "@leverframe/budget";
import { RATE_KEEP_SECONDS } from "../ledger";
import type { LedgerLife } from "./ledger-life";
import type { ScriptArgument } from "./redis-client";
import type { LedgerKeys } from "./redis-reads";
import { outcomeFrom, reserveArguments } from "./reserve-arguments";

/** So many keep the server from others for less than a millisecond. */
const RESERVES_MAX = 64;
/** Below what Lua hands to one command: each account becomes two arguments of it at most. */
const ARGUMENTS_MAX = 4_000;
const REPLIES_EACH = 4;

interface Waiting {
  readonly command: Reserve;
  readonly args: readonly ScriptArgument[];
  readonly resolve: (result: ReserveResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reserves that follow each other in one turn of the event loop, as one script: read, decided and synced together. Most of them touch the same
 * accounts (a tenant's, a department's), which the server then reads and writes once, and a command costs both sides more
 * than what a reserve adds to it. One that is alone waits for nothing.
 */
export class ReserveBatch {
  #waiting: Waiting[] = [];
  #argumentsWaiting = 0;

  constructor(
    private readonly keys: LedgerKeys,
    private readonly keepSeconds: number,
    /** Runs reserve.lua behind the fence. */
    private readonly script: (keys: readonly string[], args: readonly ScriptArgument[]) => Promise<readonly Buffer[]>,
    private readonly life: Pick<LedgerLife, "saw">,
  ) {}

  add(command: Reserve): Promise<ReserveResult> {
    return new Promise((resolve, reject) => {
      const args = reserveArguments(command);
      if (this.#waiting.length >= RESERVES_MAX || this.#argumentsWaiting + args.length > ARGUMENTS_MAX) this.send();
      if (this.#waiting.length === 0) process.nextTick(() => this.send());
      this.#waiting.push({ command, args, resolve, reject });
      this.#argumentsWaiting += args.length;
    });
  }

  /** What was gathered so far; others that leave before it must not overtake it. */
  send(): void {
    const sent = this.#waiting;
    if (sent.length === 0) return;
    this.#waiting = [];
    this.#argumentsWaiting = 0;
    this.#reserve(sent).catch((error: unknown) => {
      for (const { reject } of sent) reject(error);
    });
  }

  async #reserve(sent: readonly Waiting[]): Promise<void> {
    const { meta, balances, outbox, uncleared, reservation, minute } = this.keys;
    const keys = [meta, balances, outbox, uncleared];
    const args: ScriptArgument[] = [this.keepSeconds, RATE_KEEP_SECONDS];
    for (const { command, args: own } of sent) {
      keys.push(reservation + command.reservationId, minute + (command.accounts.find(({ window }) => keepingOf(window) === "minute")?.window ?? "none"));
      args.push(own.length, ...own);
    }
    const reply = await this.script(keys, args);
    sent.forEach(({ command, resolve }, index) => {
      const [kept, askedFirst, outcome, sequence] = reply.slice(index * REPLIES_EACH, (index + 1) * REPLIES_EACH).map(String);
      this.life.saw(sequence);
      resolve(resultOf(command, kept === "kept", askedFirst, outcome ?? ""));
    });
  }
}

function resultOf({ amountsMicroUsd }: Reserve, repeated: boolean, askedFirst: string | undefined, outcome: string): ReserveResult {
  const told = outcomeFrom(outcome);
  if (askedFirst === amountsKey(amountsMicroUsd)) return { ...told, repeated };
  return heldOtherwise(told);
}
