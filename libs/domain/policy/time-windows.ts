import { ID, ID_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const QUARTERS_OF_DAY = 96;
const QUARTERS_OF_WEEK = DAYS.length * QUARTERS_OF_DAY;
const QUARTER_HOUR_MICROS = 900_000_000;
/** A quarter of an hour: every offset of a time zone, and every change of one, lies on such a boundary. */
export const TIME = /^(?:[01]\d|2[0-3]):(?:00|15|30|45)$/;
const TIME_EXPECTED = "a quarter of an hour such as 08:00 or 17:45";
export const WINDOW_FIELDS = ["name", "days", "from", "to"] as const;
const KEPT_MAX = 512;

/** The value of `timeWindow` where no declared window lies. */
export const NO_WINDOW = "other";

/** Parts of the week that rules may ask about; they never overlap, so a moment lies in one of them or in `other`. */
export interface TimeWindows {
  readonly names: readonly string[];
  /** The window of each quarter hour of the week, from Monday 00:00. */
  readonly byQuarter: readonly string[];
}

/**
 * Reads `timeWindows` of attributes.yaml: `{name, days: [mon, …], from: "08:00", to: "18:00"}`. A window that ends
 * before it begins passes midnight and belongs to the day on which it begins; one without times lasts the whole day.
 */
export function readTimeWindows(place: Place | null): TimeWindows {
  const byQuarter: string[] = new Array<string>(QUARTERS_OF_WEEK).fill(NO_WINDOW);
  const names: string[] = [];
  for (const item of place?.items("`timeWindows`") ?? []) {
    const fields = item.fields("a time window", WINDOW_FIELDS);
    const name = fields?.need("name", "the time window")?.text("name of a time window", ID, ID_EXPECTED);
    if (!fields || !name) continue;
    if (name === NO_WINDOW || names.includes(name)) fields.get("name")?.refuse("name of a time window", `a name that is not taken (\`${NO_WINDOW}\` is the rest of the week)`);
    names.push(name);
    claim(byQuarter, name, fields);
  }
  return { names: [...names, NO_WINDOW], byQuarter };
}

function claim(byQuarter: string[], name: string, fields: Fields): void {
  const days = fields.need("days", "the time window")?.oneOrMore("`days`")?.flatMap((item) => item.oneOf("day", DAYS) ?? []) ?? [];
  const from = readTime(fields, "from") ?? 0;
  const end = readTime(fields, "to") ?? QUARTERS_OF_DAY;
  const length = end > from ? end - from : end + QUARTERS_OF_DAY - from;
  for (const day of new Set(days)) {
    for (let offset = 0; offset < length; offset++) {
      const quarter = (DAYS.indexOf(day) * QUARTERS_OF_DAY + from + offset) % QUARTERS_OF_WEEK;
      const taken = byQuarter[quarter];
      if (taken !== NO_WINDOW) return void fields.key("name").fail(`time windows \`${taken}\` and \`${name}\` overlap on ${day}; expected one window for each moment`);
      byQuarter[quarter] = name;
    }
  }
}

function readTime(fields: Fields, field: "from" | "to"): number | null {
  const text = fields.get(field)?.text(field, TIME, TIME_EXPECTED) ?? null;
  if (text === null) return null;
  const [hours, minutes] = text.split(":").map(Number);
  return ((hours ?? 0) * 60 + (minutes ?? 0)) / 15;
}

/** Tells in which window a moment lies, in one time zone. Kept by quarter hour, since the formatter takes microseconds. */
export class WindowClock {
  readonly #formatter: Intl.DateTimeFormat;
  readonly #kept = new Map<number, string>();

  constructor(
    private readonly windows: TimeWindows,
    timeZone: string,
  ) {
    this.#formatter = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" });
  }

  windowAt(micros: number): string {
    const quarter = Math.floor(micros / QUARTER_HOUR_MICROS);
    const known = this.#kept.get(quarter);
    if (known !== undefined) return known;
    const parts = new Map(this.#formatter.formatToParts(micros / 1_000).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf((parts.get("weekday") ?? "").toLowerCase() as (typeof DAYS)[number]);
    const ofDay = Math.floor((Number(parts.get("hour")) * 60 + Number(parts.get("minute"))) / 15);
    const window = this.windows.byQuarter[day * QUARTERS_OF_DAY + ofDay] ?? NO_WINDOW;
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(quarter, window);
    return window;
  }
}
