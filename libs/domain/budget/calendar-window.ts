import { AppError } from "@leverframe/kernel";

/** How long a budget counts before it starts again at zero. A minute is a rate, in UTC; `request` is a cap on each request. */
export const WINDOW_KINDS = [
  "request", "minute", "hour", "day", "week", "month", "quarter", "year", "fiscal_month", "fiscal_quarter", "fiscal_year", "total",
] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];

/** Where weeks and fiscal years begin. */
export interface CalendarTerms {
  readonly timeZone: string;
  /** 0 for Sunday … 6 for Saturday; absent: Monday. */
  readonly weekStart?: number;
  /** Absent: January 1st. At most the 28th, so that every month has such a day. */
  readonly fiscalYearStart?: { readonly month: number; readonly day: number };
}

/** A moment inside it belongs to the window; the end does not. Microseconds. */
export interface WindowBounds {
  readonly startsAtMicros: number;
  readonly endsAtMicros: number;
}

type Names = Readonly<Record<Exclude<WindowKind, "request" | "minute" | "total">, string>>;

const QUARTER_HOUR_MICROS = 900_000_000;
const QUARTERS_MAX = 400 * 96;
const DATES_MAX = 512;
const DAY_MS = 86_400_000;
const MONDAY = 1;

/**
 * Names of the windows that contain a moment in one time zone. Every offset in use, and every change of one, lies on a
 * quarter of an hour, so the local date is looked up once for each quarter hour (the formatter takes ~2 µs). All windows
 * follow from the local date and hour: days of 23 and 25 hours and months of any length need no rule of their own.
 */
export class LocalCalendar {
  readonly #formatter: Intl.DateTimeFormat;
  readonly #weekStart: number;
  readonly #fiscalMonth: number;
  readonly #fiscalDay: number;
  readonly #names = new Map<number, Names>();

  /** `bad_config` when the time zone is not one of the IANA database's names. */
  constructor(terms: string | CalendarTerms) {
    const { timeZone, weekStart = MONDAY, fiscalYearStart } = typeof terms === "string" ? { timeZone: terms } : terms;
    this.#weekStart = weekStart;
    this.#fiscalMonth = fiscalYearStart?.month ?? 1;
    this.#fiscalDay = fiscalYearStart?.day ?? 1;
    try {
      const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
      const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
      this.#formatter = new Intl.DateTimeFormat("en-US", { timeZone, ...date, ...time, calendar: "gregory", numberingSystem: "latn" });
    } catch (cause) {
      const message = `time zone is \`${timeZone}\`; expected a name of the IANA database such as \`Europe/Berlin\``;
      throw new AppError("bad_config", message, { cause });
    }
  }

  /**
   * `2026-11` for a month, `2026-11-21` for a day, `2026-11-16/7d` for the week that begins then, `2026-11-21T08+01:00`
   * for an hour (an hour that comes twice has two offsets), `2026-Q4`, `2026`; `FY2027@2026-10-01`, `FY2027-Q1@2026-10-01`,
   * `FY2027-M02@2026-11-01` for fiscal years, named by the year in which they end, with the day on which they begin: with
   * another start of the year the same name would stand for another time. `2026-11-21T08:15` for a minute of UTC; `total`, `request`.
   */
  windowAt(kind: WindowKind, micros: number): string {
    if (kind === "total" || kind === "request") return kind;
    if (kind === "minute") return minuteAt(micros);
    return this.#namesAt(Math.floor(micros / QUARTER_HOUR_MICROS))[kind];
  }

  /** From when until when the window counts that contains this moment; null for those that do not end by time. */
  boundsAt(kind: WindowKind, micros: number): WindowBounds | null {
    if (kind === "total" || kind === "request") return null;
    if (kind === "minute") {
      const startsAtMicros = Math.floor(micros / MINUTE_MICROS) * MINUTE_MICROS;
      return { startsAtMicros, endsAtMicros: startsAtMicros + MINUTE_MICROS };
    }
    const quarter = Math.floor(micros / QUARTER_HOUR_MICROS);
    const name = this.#compute(quarter)[kind];
    const edge = (direction: 1 | -1) => {
      let [inside, outside] = [0, QUARTERS_MAX];
      while (outside - inside > 1) {
        const middle = (inside + outside) >> 1;
        if (this.#compute(quarter + direction * middle)[kind] === name) inside = middle;
        else outside = middle;
      }
      return inside;
    };
    return {
      startsAtMicros: (quarter - edge(-1)) * QUARTER_HOUR_MICROS,
      endsAtMicros: (quarter + edge(1) + 1) * QUARTER_HOUR_MICROS,
    };
  }

  #namesAt(quarter: number): Names {
    const known = this.#names.get(quarter);
    if (known) return known;
    const names = this.#compute(quarter);
    if (this.#names.size >= DATES_MAX) this.#names.clear();
    this.#names.set(quarter, names);
    return names;
  }

  #compute(quarter: number): Names {
    const utcMs = (quarter * QUARTER_HOUR_MICROS) / 1_000;
    const parts = new Map(this.#formatter.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const dateMs = Date.UTC(part("year"), part("month") - 1, part("day"));
    const localMs = dateMs + (part("hour") * 60 + part("minute")) * 60_000;
    const day = isoDate(dateMs);
    const weekday = new Date(dateMs).getUTCDay();
    const fiscal = this.#fiscalNames(dateMs);
    return {
      hour: `${day}T${two(part("hour"))}${offset(localMs - utcMs)}`,
      day,
      week: `${isoDate(dateMs - ((weekday - this.#weekStart + 7) % 7) * DAY_MS)}/7d`,
      month: day.slice(0, "2026-11".length),
      quarter: `${day.slice(0, 4)}-Q${Math.ceil(part("month") / 3)}`,
      year: day.slice(0, 4),
      ...fiscal,
    };
  }

  /** Moved back by the days before its first one, every fiscal month lies in one calendar month. */
  #fiscalNames(dateMs: number): Pick<Names, "fiscal_month" | "fiscal_quarter" | "fiscal_year"> {
    const moved = new Date(dateMs - (this.#fiscalDay - 1) * DAY_MS);
    const month = moved.getUTCMonth() + 1;
    const ordinal = (month - this.#fiscalMonth + 12) % 12;
    const beganIn = month >= this.#fiscalMonth ? moved.getUTCFullYear() : moved.getUTCFullYear() - 1;
    const calendarYear = this.#fiscalMonth === 1 && this.#fiscalDay === 1;
    const year = `FY${String(calendarYear ? beganIn : beganIn + 1).padStart(4, "0")}`;
    const startOf = (months: number) => isoDate(Date.UTC(beganIn, this.#fiscalMonth - 1 + months, this.#fiscalDay));
    const quarter = Math.floor(ordinal / 3);
    return {
      fiscal_year: `${year}@${startOf(0)}`,
      fiscal_quarter: `${year}-Q${quarter + 1}@${startOf(3 * quarter)}`,
      fiscal_month: `${year}-M${two(ordinal + 1)}@${startOf(ordinal)}`,
    };
  }
}

const MINUTE_MICROS = 60_000_000;

function minuteAt(micros: number): string {
  return new Date(micros / 1_000).toISOString().slice(0, "2026-11-21T08:15".length);
}

/** When the count of this minute no longer stands in the way: `2026-11-21T08:16:00Z` for `2026-11-21T08:15`. */
export function nextMinute(window: string): string {
  return `${minuteAt(Date.parse(`${window}:00Z`) * 1_000 + MINUTE_MICROS)}:00Z`;
}

const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, "2026-11-21".length);
const two = (number: number): string => String(number).padStart(2, "0");

function offset(ms: number): string {
  const minutes = Math.abs(ms) / 60_000;
  return `${ms < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const NAMES: readonly (readonly [RegExp, WindowKind])[] = [
  [/^request$/, "request"],
  [/^total$/, "total"],
  [/^\d{4}$/, "year"],
  [/^\d{4}-Q\d$/, "quarter"],
  [/^\d{4}-\d\d$/, "month"],
  [/^\d{4}-\d\d-\d\d$/, "day"],
  [/^\d{4}-\d\d-\d\d\/7d$/, "week"],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, "minute"],
  [/^\d{4}-\d\d-\d\dT\d\d[+-]\d\d:\d\d$/, "hour"],
  // Accounts of the release before lack the day.
  [/^FY\d{4}(?:@\d{4}-\d\d-\d\d)?$/, "fiscal_year"],
  [/^FY\d{4}-Q\d(?:@\d{4}-\d\d-\d\d)?$/, "fiscal_quarter"],
  [/^FY\d{4}-M\d\d(?:@\d{4}-\d\d-\d\d)?$/, "fiscal_month"],
];

/** Which kind of window a name such as `2026-11` stands for; null: it is no window's name. */
export function kindOfWindow(window: string): WindowKind | null {
  // By far the most asked for.
  if (window.length === 7 && window[4] === "-" && window[5] !== "Q") return "month";
  return NAMES.find(([form]) => form.test(window))?.[1] ?? null;
}
