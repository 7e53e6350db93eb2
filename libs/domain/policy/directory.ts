import { ID, ID_EXPECTED } from "./source/names";
import type { Place } from "./source/place";

/** Who belongs to which groups, by tenant. What a record claims about groups is never looked at. */
export interface Directory {
  /** Every group of every tenant. */
  readonly groups: readonly string[];
  /** tenant → its groups. */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
  /** tenant → user → groups. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
}

const USER_CHARACTERS_MAX = 256;

/** Reads `users.yaml`: for each tenant, groups and the users in them, as the tenant's applications name them. */
export function readDirectory(place: Place | null, tenants: readonly string[]): Directory {
  const groups = new Set<string>();
  const groupsOf = new Map<string, string[]>();
  const members = new Map<string, Map<string, string[]>>();
  const byTenant = place?.fields("users.yaml", ["tenants"])?.need("tenants", "the file")?.fields("`tenants`", tenants);
  for (const tenant of byTenant?.names() ?? []) {
    const users = new Map<string, string[]>();
    members.set(tenant, users);
    const declared = byTenant?.get(tenant)?.fields("a tenant's users", ["groups"])?.need("groups", "the tenant")?.fields("`groups`", null);
    groupsOf.set(tenant, declared?.names() ?? []);
    for (const group of declared?.names() ?? []) {
      if (!ID.test(group)) declared?.key(group).refuse("group", ID_EXPECTED);
      groups.add(group);
      for (const item of declared?.get(group)?.items("the group's users") ?? []) {
        const user = item.text("user", /^[^\r\n]+$/);
        if (user === null) continue;
        if (user.length > USER_CHARACTERS_MAX) item.refuse("user", `at most ${USER_CHARACTERS_MAX} characters`);
        users.set(user, [...(users.get(user) ?? []), group]);
      }
    }
  }
  return { groups: [...groups], groupsOf, members };
}
