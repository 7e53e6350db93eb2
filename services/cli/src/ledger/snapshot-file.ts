import { writeFileSync } from "node:fs";
import type { LedgerSnapshot } from "@leverframe/budget";
import { AppError, toAppError } from "@leverframe/kernel";
import { z } from "zod";
import { inputFile } from "../input-file";
import { machineFault } from "../machine-fault";

const KIND = "leverframe ledger snapshot";

const account = { scope: z.string(), window: z.string(), unit: z.enum(["usd", "tokens", "requests"]) };
const amount = z.number().int();
const change = { overrideId: z.string(), deltaCap: amount, fromMicros: amount, untilMicros: amount };
const snapshot = z.object({
  kind: z.literal(KIND),
  epoch: z.string(),
  sequence: amount,
  balances: z.array(z.object({ ...account, cap: amount.nullable(), reserved: amount, settled: amount, changes: z.array(z.object(change)) })),
  reservations: z.array(
    z.object({
      reservationId: z.string(), requestId: z.string(), tenant: z.string(), reservedAtMicros: amount, released: z.boolean(),
      accounts: z.array(z.object({ ...account, open: amount })),
    }),
  ),
  overrides: z.array(z.object({ ...account, ...change, tenant: z.string(), by: z.string(), reason: z.string() })),
});

/** What the journal came to at one of its entries: where a later rebuild or check may begin, when older entries are gone from the log. */
export function writeSnapshot(file: string, written: LedgerSnapshot): void {
  try {
    writeFileSync(file, `${JSON.stringify({ kind: KIND, ...written })}\n`);
  } catch (cause) {
    throw new AppError("bad_input", machineFault(cause) ?? `\`${file}\` cannot be written: ${toAppError(cause).message}`, { cause });
  }
}

/** `bad_input` when the file cannot be read or is no snapshot. */
export function readSnapshot(file: string): LedgerSnapshot {
  const bytes = inputFile(file);
  try {
    return snapshot.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? `field \`${cause.issues[0]?.path.join(".")}\`: ${cause.issues[0]?.message}` : toAppError(cause).message;
    throw new AppError("bad_input", `\`${file}\` is no snapshot as \`leverframe ledger rebuild --to\` writes it: ${why}`, { cause });
  }
}
