import type { BudgetStatus, PolicyChange } from "@leverframe/events";
import { formatUsd } from "@leverframe/kernel";

export interface AlertText {
  readonly title: string;
  readonly lines: readonly string[];
}

const NANO_PER_MICRO = 1_000n;
const LINES_MAX = 12;
const LINE_LENGTH_MAX = 300;

/** One sentence and a few facts, for people. */
export function budgetText(status: BudgetStatus): AlertText {
  const { scope, window, reserved, band } = status;
  const amount = (number: number) => amountText(number, status.unit);
  const cap = status.cap > 0 ? amount(status.cap) : "none";
  const facts = [`Spent: ${amount(status.settled)}`, `Cap: ${cap}`, ...(reserved > 0 ? [`Held for calls under way: ${amount(reserved)}`] : []), `Band: ${band}`];
  switch (status.kind) {
    case "forecast":
      return {
        title: `${scope} will reach ${status.thresholdPercent} % of its budget of ${window}`,
        lines: [
          `At this rate ${window} ends at ${amount(status.observed)} (${amount(status.expectedLow)} to ${amount(status.expectedHigh)})`,
          ...(status.exhaustedAt === null ? [] : [`The cap is reached on ${dayText(status.exhaustedAt)}`]),
          ...facts,
        ],
      };
    case "anomaly":
      return {
        title: `${scope} spends unusually much: ${amount(status.observed)} in an hour`,
        lines: [`Such an hour usually takes up to ${amount(status.expectedHigh)}`, `Hour: ${window} UTC`],
      };
    case "runaway":
      return { title: `${scope} was stopped: it is at its limit of ${cap}`, lines: [`Further requests of this run are refused`, ...facts] };
    default:
      return { title: `${scope} has spent ${status.thresholdPercent} % of its budget of ${window}`, lines: facts };
  }
}

export function policyText(change: PolicyChange): AlertText {
  const version = change.policyVersion.slice(0, 12);
  const who = `By ${change.actor}${change.commit === null ? "" : `, commit ${change.commit.slice(0, 12)}`}`;
  if (change.kind === "refused") return { title: `A policy set was refused; ${version} stays in force`, lines: bounded([who, ...change.problems]) };
  return { title: `Policy set ${version} is in force`, lines: bounded([who, ...change.changes, ...change.behaviour]) };
}

/** Micro-dollars as dollars and cents, counts in groups of three. */
function amountText(amount: number, unit: string): string {
  if (unit === "usd") return formatUsd(BigInt(Math.round(amount)) * NANO_PER_MICRO, Math.abs(amount) < 1_000_000 ? 6 : 2);
  return `${String(Math.round(amount)).replace(/\B(?=(\d{3})+$)/g, ",")} ${unit}`;
}

const dayText = (micros: number): string => new Date(micros / 1_000).toISOString().slice(0, 10);

function bounded(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, LINES_MAX).map((line) => (line.length > LINE_LENGTH_MAX ? `${line.slice(0, LINE_LENGTH_MAX)}…` : line));
  return lines.length > LINES_MAX ? [...shown, `and ${lines.length - LINES_MAX} more`] : shown;
}
