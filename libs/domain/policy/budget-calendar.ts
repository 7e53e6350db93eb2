import type { Fields, Place } from "./source/place";

/** Where a tenant's days, weeks and fiscal years begin. */
export interface TenantCalendar {
  /** IANA name. */
  readonly timeZone: string;
  /** 0 for Sunday … 6 for Saturday; absent: Monday. */
  readonly weekStart?: number;
  /** Absent: January 1st. */
  readonly fiscalYearStart?: { readonly month: number; readonly day: number };
}

export const CALENDAR_FIELDS = ["timeZone", "weekStart", "fiscalYearStart"] as const;
export const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
/** Month and day; to the 28th, so that every month has such a day. */
export const FISCAL_START = /^(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/;
const FISCAL_START_EXPECTED = "a month and day such as 04-01, to the 28th";

/** What these fields say, and for the rest what is said above them. */
export function readCalendar(fields: Fields | null, otherwise: TenantCalendar): TenantCalendar {
  const weekday = fields?.get("weekStart")?.oneOf("first day of the week", WEEKDAYS) ?? null;
  const start = fields?.get("fiscalYearStart")?.text("start of the fiscal year", FISCAL_START, FISCAL_START_EXPECTED) ?? null;
  return {
    ...otherwise,
    timeZone: readTimeZone(fields?.get("timeZone") ?? null) ?? otherwise.timeZone,
    ...(weekday === null ? {} : { weekStart: WEEKDAYS.indexOf(weekday) }),
    ...(start === null ? {} : { fiscalYearStart: { month: Number(start.slice(0, 2)), day: Number(start.slice(3)) } }),
  };
}

function readTimeZone(place: Place | null): string | null {
  const name = place?.text("time zone") ?? null;
  if (name === null || !place) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    return place.refuse("time zone", "an IANA name such as Europe/Berlin", Intl.supportedValuesOf("timeZone"));
  }
}
