import type { PolicySet } from "../policy-set";
import type { Leaf } from "./leaves";
import type { Facet, RawValue } from "./facet";

export const ORIGIN = "origin";

/** Who may ask, as one value: an application with its tenant, one of its departments, and perhaps a user. */
export interface WhoValue extends RawValue {
  readonly application: string;
  readonly department: string;
  readonly user: string | null;
}

export const isOriginSource = (source: string): boolean => source.startsWith("origin.") || source.startsWith("facts.");

/** Only what `applications.yaml` of some set lets in: everything else is refused before a policy is asked. */
export function originFacet(sets: readonly PolicySet[], leaves: readonly Leaf[]): Facet {
  const values = new Map<string, WhoValue>();
  const named = usersNamed(sets, leaves);
  for (const set of sets) {
    for (const { application, tenant, departments } of set.applications.values()) {
      const users = usersThatMatter(set, tenant, leaves) ? [null, "somebody", ...named, ...representatives(set, tenant)] : [null];
      for (const department of departments) {
        for (const user of users) {
          const value = whoValue(application, tenant, department, user);
          values.set(`${application}\u0000${tenant}\u0000${department}\u0000${user ?? ""}`, value);
        }
      }
    }
  }
  return { key: ORIGIN, label: "who", values: [...values.values()] };
}

function whoValue(application: string, tenant: string, department: string, user: string | null): WhoValue {
  return {
    shown: `${department} through ${application}${user === null ? "" : ` as ${user}`}`,
    application,
    department,
    user,
    put(draft) {
      Object.assign(draft.origin, { application, tenant, department, user });
    },
  };
}

function usersThatMatter(set: PolicySet, tenant: string, leaves: readonly Leaf[]): boolean {
  const asked = leaves.some(({ attribute }) => ["origin.user", "facts.userGroups"].includes(set.attributes.get(attribute)?.source ?? ""));
  const openToGroups = [...set.routes.byName.values()].some(({ openTo }) => openTo.groups.length > 0);
  return asked || (openToGroups && set.directory.members.has(tenant));
}

function usersNamed(sets: readonly PolicySet[], leaves: readonly Leaf[]): string[] {
  const named = leaves.flatMap((leaf) => (leaf.kind === "value" && sets.some((set) => set.attributes.get(leaf.attribute)?.source === "origin.user") ? leaf.accepted : []));
  return [...new Set(named)];
}

/** One user for each combination of groups that some user has. */
function representatives(set: PolicySet, tenant: string): string[] {
  const byGroups = new Map<string, string>();
  for (const [user, groups] of set.directory.members.get(tenant) ?? []) {
    const key = [...groups].sort().join("\u0000");
    if (!byGroups.has(key)) byGroups.set(key, user);
  }
  return [...byGroups.values()];
}
