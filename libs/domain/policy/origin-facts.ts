import type { Origin } from "@leverframe/events";
import type { Applications } from "./applications";
import type { Budgets } from "./budgets";
import type { Directory } from "./directory";
import { type TimeWindows, WindowClock } from "./time-windows";

/** What the policy folder itself says about who asks and when. Null is unknown. */
export interface OriginFacts {
  /**
   * Unknown where the application does not authenticate its users, or names none: then the name proves nothing, and
   * who leaves it out must not be better off than who gives it.
   */
  userGroups(origin: Origin): readonly string[] | null;
  budgetTier(origin: Origin): string | null;
  /** By the arrival, in the tenant's time zone. */
  timeWindow(origin: Origin): string;
}

const NO_GROUPS: readonly string[] = [];

export function originFacts(applications: Applications, directory: Directory, budgets: Budgets, windows: TimeWindows): OriginFacts {
  const clocks = new Map<string, WindowClock>();
  const clockOf = (tenant: string): WindowClock => {
    const zone = budgets.calendars.get(tenant)?.timeZone ?? budgets.timeZoneDefault;
    const clock = clocks.get(zone) ?? new WindowClock(windows, zone);
    clocks.set(zone, clock);
    return clock;
  };
  return {
    userGroups({ application, tenant, user }) {
      const trusted = applications.get(application)?.authenticatesUsers ?? false;
      if (!trusted || user === null) return null;
      return directory.members.get(tenant)?.get(user) ?? NO_GROUPS;
    },
    budgetTier: ({ tenant, department }) => budgets.tiers.get(`${tenant}/${department}`) ?? null,
    timeWindow: ({ tenant, receivedAt }) => clockOf(tenant).windowAt(receivedAt),
  };
}
