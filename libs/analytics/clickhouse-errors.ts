import { ClickHouseError } from "@clickhouse/client";
import { AppError } from "@leverframe/kernel";

/**
 * Exceptions that say that a row is at fault. Every other one is about the server, and the same row may go in later; so
 * is incorrect data (117), which is what a column that a migration has yet to add is called.
 */
const ROW_FAULTS: ReadonlySet<number> = new Set([
  ...[6, 25, 26, 27, 33, 38, 41, 53, 69, 70, 72], // cannot parse, convert or hold the value
  ...[321, 349, 407, 467, 469], // out of range, null, decimal overflow, not a bool, check violated
]);

/** Exceptions of a query that may pass when it is asked again. */
const PASSING: ReadonlySet<number> = new Set([
  ...[159, 164, 202, 209, 210, 225, 236, 241, 242, 243, 252, 279, 285, 286, 319, 373, 394, 425, 439, 999, 1001],
]);

const AUTHENTICATION_FAILED = 516;

/** Whether nobody was there, or somebody else: for an engine of our own, a reason to look for it again. */
export function isElsewhere(thrown: unknown): boolean {
  if (thrown instanceof ClickHouseError) return Number(thrown.code) === AUTHENTICATION_FAILED;
  return !(thrown instanceof AppError);
}

/** Whether the record that a row came from can never be stored, so that it belongs with the dead letters. */
export function insertError(table: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const badRow = thrown instanceof ClickHouseError && ROW_FAULTS.has(Number(thrown.code));
  const message = badRow ? `a row of \`${table}\` was refused` : `rows of \`${table}\` could not be stored`;
  return new AppError(badRow ? "bad_record" : "unavailable", `${message}: ${reasonOf(thrown)}`, { cause: thrown });
}

export function queryError(what: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const passing = !(thrown instanceof ClickHouseError) || PASSING.has(Number(thrown.code));
  return new AppError(passing ? "unavailable" : "internal", `${what}: ${reasonOf(thrown)}`, { cause: thrown });
}

/** Without the row's or the query's text, which can be long. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof ClickHouseError) return `clickhouse error ${thrown.code} (${thrown.type ?? "unknown"})`;
  const { message, code } = thrown as { message?: string; code?: string };
  return `clickhouse cannot be reached (${code || message || String(thrown)})`;
}
