import { AppError } from "@leverframe/kernel";
import { accountId, keepingOf } from "./account-key";
import type { Archive } from "./archive-terms";
import type { Begin, Finish } from "./attempt-commands";
import { amountsOf } from "./decide-reserve";
import type { AccountKey, AmountLine, LateSettle, LedgerSnapshot, PlaceOverride, Release, Reserve, Unit } from "./ledger-store";

/** One million dollars, or as many tokens: far above any call, far below where sums of doubles stop being exact. */
export const AMOUNT_MICRO_USD_MAX = 1_000_000_000_000;
/** Nine billion dollars: the largest whole number of micro-dollars that every double below it is exact up to. */
export const CAP_MAX = 9_000_000_000_000_000;
const OPTIONS_MAX = 64;
const ACCOUNTS_MAX = 64;
const LINES_MAX = 32;
const LABELS_MAX = 32;
const TEXT_LENGTH_MAX = 512;
/** A few dozen names of deployments. */
const CHAIN_LENGTH_MAX = 8_192;
export const UNITS: readonly Unit[] = ["usd", "tokens", "requests"];
// The stores use control characters to separate the parts of a value.
const CONTROL = /[\u0000-\u001f\u007f]/;
const LABEL = /^(?:provider|tier|tag):./;

/** Throws `bad_input` unless the command is one that both stores can carry out exactly. */
export function checkReserve(command: Reserve): void {
  checkText("reservationId", command.reservationId);
  checkText("requestId", command.requestId);
  checkText("tenant", command.tenant);
  if (command.chain !== undefined) checkText("chain", command.chain, CHAIN_LENGTH_MAX);
  const options = command.amountsMicroUsd.length;
  checkCount("amountsMicroUsd", options, OPTIONS_MAX);
  checkAmounts("amountsMicroUsd", command.amountsMicroUsd, options);
  checkLines(command.lines ?? [], options);
  checkCount("accounts", command.accounts.length, ACCOUNTS_MAX);
  for (const account of command.accounts) {
    if (account.cap !== null) checkInteger("cap", account.cap, CAP_MAX);
    if (amountsOf(command, account)) continue;
    const line = `\`${account.unit}\`${account.only === null ? "" : ` of \`${account.only}\``}`;
    throw new AppError("bad_input", `account \`${account.scope}\` counts ${line}; expected a line that says what that takes`);
  }
  checkKeys(command.accounts);
  checkMinutes(command.accounts);
  checkTime("deadlineAtMicros", command.deadlineAtMicros);
  checkTime("nowMicros", command.nowMicros);
}

function checkLines(lines: readonly AmountLine[], options: number): void {
  if (lines.length > LINES_MAX) throw new AppError("bad_input", `lines has ${lines.length} items; expected at most ${LINES_MAX}`);
  const names = new Set(["usd null"]);
  for (const { unit, only, amounts } of lines) {
    if (!UNITS.includes(unit)) throw new AppError("bad_input", `unit is \`${unit}\`; expected ${UNITS.join(", ")}`);
    if (only !== null) checkLabel(only);
    const name = `${unit} ${only}`;
    if (names.has(name)) throw new AppError("bad_input", `lines name \`${name}\` twice; expected each once, and dollars without a label in amountsMicroUsd`);
    names.add(name);
    checkAmounts("amounts", amounts, options);
  }
}

function checkAmounts(field: string, amounts: readonly number[], options: number): void {
  if (amounts.length !== options) throw new AppError("bad_input", `${field} has ${amounts.length} items; expected one for each of ${options} options`);
  for (const amount of amounts) checkInteger(field, amount, AMOUNT_MICRO_USD_MAX);
}

function checkKeys(keys: readonly AccountKey[]): void {
  keys.forEach(({ scope, window, unit }, index) => {
    checkText("scope", scope);
    checkText("window", window);
    for (let earlier = 0; earlier < index; earlier++) {
      const other = keys[earlier];
      if (other?.scope !== scope || other.window !== window || other.unit !== unit) continue;
      throw new AppError("bad_input", `accounts names \`${scope}\` \`${window}\` in ${unit} twice; expected each once`);
    }
  });
}

/** A store keeps the counts of one minute together. */
function checkMinutes(accounts: readonly AccountKey[]): void {
  const minutes = new Set(accounts.flatMap(({ window }) => (keepingOf(window) === "minute" ? window : [])));
  if (minutes.size <= 1) return;
  throw new AppError("bad_input", `accounts are of the minutes ${[...minutes].map((one) => `\`${one}\``).join(", ")}; expected one minute`);
}

export function checkBegin(command: Begin): void {
  checkText("attemptId", command.attemptId);
  checkText("reservationId", command.reservationId);
  checkText("owner", command.owner);
  checkInteger("worstCaseMicroUsd", command.worstCaseMicroUsd, AMOUNT_MICRO_USD_MAX);
  checkInteger("worstCaseTokens", command.worstCaseTokens ?? 0, AMOUNT_MICRO_USD_MAX);
  const labels = command.labels ?? [];
  if (labels.length > LABELS_MAX) throw new AppError("bad_input", `labels has ${labels.length} items; expected at most ${LABELS_MAX}`);
  labels.forEach(checkLabel);
  checkTime("nowMicros", command.nowMicros);
}

/** `record_too_large` when the outcome is larger than the store keeps: shorten what is kept and finish again. */
export function checkFinish(command: Finish, outcomeBytesMax: number): void {
  checkLateSettle(command);
  checkBytes("outcome", command.outcome, outcomeBytesMax);
}

export function checkLateSettle(command: LateSettle): void {
  checkText("attemptId", command.attemptId);
  checkText("reservationId", command.reservationId);
  checkInteger("chargeMicroUsd", command.chargeMicroUsd, AMOUNT_MICRO_USD_MAX);
  checkInteger("chargeTokens", command.chargeTokens ?? 0, AMOUNT_MICRO_USD_MAX);
  checkTime("nowMicros", command.nowMicros);
}

export function checkRelease(command: Release): void {
  checkText("reservationId", command.reservationId);
  checkTime("nowMicros", command.nowMicros);
}

/** A minute is over before anybody could change it, and a cap on one reservation is kept nowhere: both change with the policies. */
export function checkOverride(command: PlaceOverride): void {
  for (const field of ["overrideId", "tenant", "scope", "window", "by", "reason"] as const) checkText(field, command[field]);
  if (keepingOf(command.window) !== "journal") {
    throw new AppError("bad_input", `window is \`${command.window}\`; expected one that lasts, such as \`2026-11\``);
  }
  if (!UNITS.includes(command.unit)) throw new AppError("bad_input", `unit is \`${command.unit}\`; expected ${UNITS.join(", ")}`);
  if (!Number.isInteger(command.deltaCap) || command.deltaCap === 0 || Math.abs(command.deltaCap) > CAP_MAX) {
    throw new AppError("bad_input", `deltaCap is \`${command.deltaCap}\`; expected a whole number other than 0, of at most ${CAP_MAX}`);
  }
  if (command.declaredCap !== null) checkInteger("declaredCap", command.declaredCap, CAP_MAX);
  for (const field of ["fromMicros", "untilMicros", "nowMicros"] as const) checkTime(field, command[field]);
}

export function checkArchive(command: Archive): void {
  checkText("scope", command.scope);
  checkText("window", command.window);
  if (keepingOf(command.window) !== "journal") throw new AppError("bad_input", `window is \`${command.window}\`; expected one that lasts, such as \`2026-11\``);
  if (command.idleMicrosMin !== null) checkTime("idleMicrosMin", command.idleMicrosMin);
  checkTime("nowMicros", command.nowMicros);
}

/** What a rebuild brings: whole, with every amount one that both stores keep exactly. */
export function checkSnapshot({ epoch, sequence, balances, reservations, overrides }: LedgerSnapshot): void {
  checkText("epoch", epoch);
  checkInteger("sequence", sequence, Number.MAX_SAFE_INTEGER);
  checkAccounts(balances);
  for (const { cap, reserved, settled } of balances) {
    if (cap !== null) checkInteger("cap", cap, CAP_MAX);
    checkInteger("reserved", reserved, CAP_MAX);
    checkInteger("settled", settled, CAP_MAX);
  }
  for (const reservation of reservations) {
    for (const field of ["reservationId", "requestId", "tenant"] as const) checkText(field, reservation[field]);
    checkTime("reservedAtMicros", reservation.reservedAtMicros);
    for (const { open } of reservation.accounts) checkInteger("open", open, AMOUNT_MICRO_USD_MAX);
  }
  for (const { overrideId } of overrides) checkText("overrideId", overrideId);
}

function checkAccounts(balances: readonly AccountKey[]): void {
  const seen = new Set<string>();
  for (const account of balances) {
    checkText("scope", account.scope);
    checkText("window", account.window);
    const id = accountId(account);
    if (seen.has(id)) throw new AppError("bad_input", `balances name \`${account.scope}\` \`${account.window}\` in ${account.unit} twice; expected each once`);
    seen.add(id);
  }
}

export function checkBytes(field: string, bytes: Uint8Array, bytesMax: number): void {
  if (bytes.byteLength <= bytesMax) return;
  throw new AppError("record_too_large", `${field} has ${bytes.byteLength} bytes; expected at most ${bytesMax}`);
}

export function checkText(field: string, text: string, lengthMax = TEXT_LENGTH_MAX): void {
  if (text.length > 0 && text.length <= lengthMax && !CONTROL.test(text)) return;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new AppError(
    "bad_input",
    `${field} is \`${shown}\`; expected 1 to ${lengthMax} characters without control characters`,
  );
}

function checkLabel(label: string): void {
  checkText("label", label);
  if (LABEL.test(label)) return;
  throw new AppError("bad_input", `label is \`${label.slice(0, 80)}\`; expected \`provider:\`, \`tier:\` or \`tag:\` and a name`);
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
