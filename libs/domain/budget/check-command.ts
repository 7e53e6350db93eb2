import { AppError } from "@leverframe/kernel";
import type { Begin, Finish } from "./attempt-commands";
import type { AccountKey } from "./ledger-state";
import type { Release, Reserve } from "./ledger-store";

/** One million dollars: far above any call, far below where sums of doubles stop being exact. */
export const AMOUNT_MICRO_USD_MAX = 1_000_000_000_000;
/** Nine billion dollars: the largest whole number of micro-dollars that every double below it is exact up to. */
const CAP_MICRO_USD_MAX = 9_000_000_000_000_000;
const OPTIONS_MAX = 64;
const ACCOUNTS_MAX = 64;
const RATES_MAX = 16;
const REQUESTS_MAX = 1_000_000_000;
const TEXT_LENGTH_MAX = 512;
// The stores use control characters to separate the parts of a value.
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Throws `bad_input` unless the command is one that both stores can carry out exactly. */
export function checkReserve(command: Reserve): void {
  checkText("reservationId", command.reservationId);
  checkText("requestId", command.requestId);
  checkText("tenant", command.tenant);
  checkCount("amountsMicroUsd", command.amountsMicroUsd.length, OPTIONS_MAX);
  command.amountsMicroUsd.forEach((amount) => checkInteger("amountsMicroUsd", amount, AMOUNT_MICRO_USD_MAX));
  checkCount("accounts", command.accounts.length, ACCOUNTS_MAX);
  for (const { capMicroUsd } of command.accounts) {
    if (capMicroUsd !== null) checkInteger("capMicroUsd", capMicroUsd, CAP_MICRO_USD_MAX);
  }
  checkKeys("accounts", command.accounts);
  if (command.rates && command.rates.length > 0) {
    checkCount("rates", command.rates.length, RATES_MAX);
    command.rates.forEach(({ requestsMax }) => checkInteger("requestsMax", requestsMax, REQUESTS_MAX));
    checkKeys("rates", command.rates);
  }
  checkTime("deadlineAtMicros", command.deadlineAtMicros);
  checkTime("nowMicros", command.nowMicros);
}

function checkKeys(field: string, keys: readonly AccountKey[]): void {
  keys.forEach(({ scope, window }, index) => {
    checkText("scope", scope);
    checkText("window", window);
    for (let earlier = 0; earlier < index; earlier++) {
      const other = keys[earlier];
      if (other?.scope !== scope || other.window !== window) continue;
      throw new AppError("bad_input", `${field} names \`${scope}\` \`${window}\` twice; expected each once`);
    }
  });
}

export function checkBegin(command: Begin): void {
  checkText("attemptId", command.attemptId);
  checkText("reservationId", command.reservationId);
  checkText("owner", command.owner);
  checkInteger("worstCaseMicroUsd", command.worstCaseMicroUsd, AMOUNT_MICRO_USD_MAX);
  checkTime("nowMicros", command.nowMicros);
}

/** `record_too_large` when the outcome is larger than the store keeps: shorten what is kept and finish again. */
export function checkFinish(command: Finish, outcomeBytesMax: number): void {
  checkText("attemptId", command.attemptId);
  checkText("reservationId", command.reservationId);
  checkInteger("chargeMicroUsd", command.chargeMicroUsd, AMOUNT_MICRO_USD_MAX);
  checkTime("nowMicros", command.nowMicros);
  checkBytes("outcome", command.outcome, outcomeBytesMax);
}

export function checkRelease(command: Release): void {
  checkText("reservationId", command.reservationId);
  checkTime("nowMicros", command.nowMicros);
}

export function checkBytes(field: string, bytes: Uint8Array, bytesMax: number): void {
  if (bytes.byteLength <= bytesMax) return;
  throw new AppError("record_too_large", `${field} has ${bytes.byteLength} bytes; expected at most ${bytesMax}`);
}

export function checkText(field: string, text: string): void {
  if (text.length > 0 && text.length <= TEXT_LENGTH_MAX && !CONTROL.test(text)) return;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new AppError(
    "bad_input",
    `${field} is \`${shown}\`; expected 1 to ${TEXT_LENGTH_MAX} characters without control characters`,
  );
}

function checkInteger(field: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max && !Object.is(value, -0)) return;
  throw new AppError("bad_input", `${field} is \`${value}\`; expected a whole number from 0 to ${max}`);
}

function checkTime(field: string, micros: number): void {
  if (Number.isSafeInteger(micros) && micros >= 0) return;
  throw new AppError("bad_input", `${field} is \`${micros}\`; expected microseconds since the epoch`);
}

function checkCount(field: string, count: number, max: number): void {
  if (count >= 1 && count <= max) return;
  throw new AppError("bad_input", `${field} has ${count} items; expected 1 to ${max}`);
}
