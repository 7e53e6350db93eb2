import { InvalidArgumentError } from "commander";

/** Reads `--timeout 30`. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= Number.MAX_SAFE_INTEGER) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${min}.`);
  };
}

/** Reads `--applications crm,ide`. */
export function names(text: string): readonly string[] {
  const list = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (list.length === 0) throw new InvalidArgumentError("Expected names parted by commas.");
  return list;
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `--since 24h`, `--since 7d`, `--since 2026-07-01` or a full ISO time. */
export function instant(text: string): Date {
  const ago = /^(\d{1,6})([mhd])$/.exec(text);
  const date = ago ? new Date(Date.now() - Number(ago[1]) * UNITS_MS[ago[2]!]!) : new Date(text);
  if (ago !== null || isCalendarTime(text)) return date;
  throw new InvalidArgumentError("Expected a time such as 2026-07-01, 2026-07-01T12:00:00Z, 24h or 7d.");
}

/** Whether it is a day of the calendar, alone or with a time: of 30 February `Date` would make 2 March. */
export function isCalendarTime(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(text) ?? [];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}
