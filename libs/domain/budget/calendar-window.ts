import { AppError } from "@leverframe/kernel";

/** How long a budget counts before it starts again at zero. */
export type WindowKind = "month" | "day" | "total";

interface LocalDate {
  /** `2026-11` */
  readonly month: string;
  /** `2026-11-21` */
  readonly day: string;
}

const QUARTER_HOUR_MICROS = 900_000_000;
const DATES_MAX = 512;

/**
 * Names of the month and day that contain a moment in one time zone. Every offset in use, and every change of one,
 * lies on a quarter of an hour, so the local date is looked up once for each quarter hour (the formatter takes ~2 µs).
 */
export class LocalCalendar {
  readonly #formatter: Intl.DateTimeFormat;
  readonly #dates = new Map<number, LocalDate>();

  /** `bad_config` when the time zone is not one of the IANA database's names. */
  constructor(timeZone: string) {
    try {
      const options = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
      this.#formatter = new Intl.DateTimeFormat("en-US", { ...options, calendar: "gregory", numberingSystem: "latn" });
    } catch (cause) {
      const message = `time zone is \`${timeZone}\`; expected a name of the IANA database such as \`Europe/Berlin\``;
      throw new AppError("bad_config", message, { cause });
    }
  }

  /** `2026-11` for a month, `2026-11-21` for a day, `total` for a budget that never starts again. */
  windowAt(kind: WindowKind, micros: number): string {
    if (kind === "total") return "total";
    return this.#dateAt(micros)[kind];
  }

  #dateAt(micros: number): LocalDate {
    const quarter = Math.floor(micros / QUARTER_HOUR_MICROS);
    const known = this.#dates.get(quarter);
    if (known) return known;
    const parts = new Map(this.#formatter.formatToParts(micros / 1_000).map(({ type, value }) => [type, value]));
    const month = `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}`;
    const date = { month, day: `${month}-${parts.get("day")}` };
    if (this.#dates.size >= DATES_MAX) this.#dates.clear();
    this.#dates.set(quarter, date);
    return date;
  }
}

/** Which kind of window a name such as `2026-11` stands for. */
export function kindOfWindow(window: string): WindowKind {
  if (window === "total") return "total";
  return window.length === "2026-11".length ? "month" : "day";
}
