import type { Origin, Request } from "@leverframe/events";
import type { ApplicationBinding, Applications } from "./applications";

/** Who a request acts for: the identity fields of `Origin`, and where its answer goes. */
export interface ResolvedOrigin extends Pick<Origin, "application" | "tenant" | "department" | "user"> {
  readonly responseTopic: string;
}

export type OriginRefusalCode = "unknown_application" | "identity_mismatch" | "department_required";

export type OriginResult =
  | { readonly ok: ResolvedOrigin; readonly refusal: null }
  | { readonly ok: null; readonly refusal: { readonly code: OriginRefusalCode; readonly message: string } };

/**
 * Identity comes from where a record arrived (`application`, of its ingress topic). What the record claims can only
 * narrow that: a tenant or department outside the binding is refused, naming the field, the value and what is allowed.
 */
export function resolveOrigin(
  bindings: Applications,
  application: string,
  claims: Pick<Request, "tenant" | "department" | "user">,
): OriginResult {
  const binding = bindings.get(application);
  if (!binding) return refuse("unknown_application", `application ${quote(application)} is not bound to a tenant`);
  if (claims.tenant !== null && claims.tenant !== binding.tenant) {
    return refuse("identity_mismatch", mismatch("tenant", claims.tenant, application, binding.tenant));
  }
  if (claims.department !== null && !binding.departments.includes(claims.department)) {
    const allowed = binding.departments.join(", ");
    return refuse("identity_mismatch", mismatch("department", claims.department, application, allowed));
  }
  const department = claims.department ?? unclaimed(binding);
  if (department === null) {
    const allowed = binding.departments.join(", ");
    return refuse("department_required", `\`department\` is missing; application ${quote(application)} serves ${allowed}, so the request must name one`);
  }
  const { tenant, responseTopic } = binding;
  return { ok: { application, tenant, department, user: claims.user, responseTopic }, refusal: null };
}

/** Whose what an application says afterwards is: the tenant of its binding, which a claim can only repeat; null claims nothing. */
export function resolveTenant(bindings: Applications, application: string, claimed: string | null): { readonly tenant: string } | { readonly refusal: string } {
  const binding = bindings.get(application);
  if (!binding) return { refusal: `application ${quote(application)} is not bound to a tenant` };
  if (claimed !== null && claimed !== binding.tenant) return { refusal: mismatch("tenant", claimed, application, binding.tenant) };
  return { tenant: binding.tenant };
}

function unclaimed({ defaultDepartment, departments }: ApplicationBinding): string | null {
  return defaultDepartment ?? (departments.length === 1 ? (departments[0] ?? null) : null);
}

function mismatch(field: string, claimed: string, application: string, allowed: string): string {
  return `\`${field}\` is ${quote(claimed)}, but application ${quote(application)} may act for ${allowed} alone`;
}

const QUOTED_CHARACTERS_MAX = 64;

function quote(value: string): string {
  return `\`${value.slice(0, QUOTED_CHARACTERS_MAX)}\``;
}

function refuse(code: OriginRefusalCode, message: string): OriginResult {
  return { ok: null, refusal: { code, message } };
}
