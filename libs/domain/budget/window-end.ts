import { kindOfWindow, type WindowKind } from "./calendar-window";

const MICROS_PER_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No zone's midnight comes later than this after that of UTC (UTC−12). */
const LAST_MIDNIGHT_MS = 12 * HOUR_MS;

/**
 * The moment after which a window is over in every time zone, read off its name alone: whose calendar it was may not be
 * known any more. Null for what does not end by time (`total`, `request`) and for what is no window's name. Microseconds.
 */
export function endOfWindow(window: string): number | null {
  const kind = kindOfWindow(window);
  if (kind === null) return null;
  const endMs = endMsOf(kind, window);
  return endMs === null ? null : endMs * MICROS_PER_MS;
}

function endMsOf(kind: WindowKind, window: string): number | null {
  const [year = 0, month = 1, day = 1] = (window.match(/\d+/g) ?? []).map(Number);
  const midnight = (endMs: number) => endMs + LAST_MIDNIGHT_MS;
  switch (kind) {
    case "request":
    case "total":
      return null;
    case "minute":
      return Date.parse(`${window}:00Z`) + 60_000;
    case "hour":
      // Its offset stands behind the hour, without the minutes that a time has between them.
      return Date.parse(`${window.slice(0, "2026-11-21T08".length)}:00${window.slice("2026-11-21T08".length)}`) + HOUR_MS;
    case "day":
      return midnight(Date.UTC(year, month - 1, day + 1));
    case "week":
      return midnight(Date.UTC(year, month - 1, day + 7));
    case "month":
      return midnight(Date.UTC(year, month));
    case "quarter":
      return midnight(Date.UTC(year, 3 * month));
    case "year":
      return midnight(Date.UTC(year + 1, 0));
    default:
      return midnight(endOfFiscal(kind, window, year));
  }
}

const FISCAL_MONTHS = { fiscal_month: 1, fiscal_quarter: 3, fiscal_year: 12 } as const;

/** Before names carried their start, only the year in which the fiscal year ends was known of it. */
function endOfFiscal(kind: keyof typeof FISCAL_MONTHS, window: string, endsIn: number): number {
  const [, start] = window.split("@");
  if (start === undefined) return Date.UTC(endsIn + 1, 0);
  const [year = 0, month = 1, day = 1] = start.split("-").map(Number);
  return Date.UTC(year, month - 1 + FISCAL_MONTHS[kind], day);
}

/** How long accounts stay in the store after they are of no more use there, in days. */
export interface AccountRetention {
  readonly hourDays: number;
  /** Of days and weeks. */
  readonly dayDays: number;
  /** Of months, quarters and years. */
  readonly monthDays: number;
  /** Of agent runs without an end: after the last charge. */
  readonly runDays: number;
}

/** When an account may leave the store: from a moment on, or when nothing was charged to it for so long; null: never. */
export type ArchiveTerm = { readonly fromMicros: number } | { readonly idleMicrosMin: number };

export function archiveTerm({ scope, window }: { readonly scope: string; readonly window: string }, retention: AccountRetention): ArchiveTerm | null {
  const daysToMicros = (days: number) => days * DAY_MS * MICROS_PER_MS;
  const kind = kindOfWindow(window);
  if (kind === "total") return scope.startsWith("run:") ? { idleMicrosMin: daysToMicros(retention.runDays) } : null;
  const endMicros = endOfWindow(window);
  if (kind === null || endMicros === null || kind === "minute") return null;
  const days = kind === "hour" ? retention.hourDays : kind === "day" || kind === "week" ? retention.dayDays : retention.monthDays;
  return { fromMicros: endMicros + daysToMicros(days) };
}

