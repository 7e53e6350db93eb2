import { LABEL, LABEL_EXPECTED } from "./source/names";
import type { Fields, Place } from "./source/place";

/** What an ingress topic stands for: records that arrive on it act for this tenant and these departments alone. */
export interface ApplicationBinding {
  readonly application: string;
  readonly tenant: string;
  readonly departments: readonly string[];
  /** Taken when a record names none; null: then it must name one, unless there is only one. */
  readonly defaultDepartment: string | null;
  readonly responseTopic: string;
  /** The application proves who its users are, so that the groups of a user it names count. */
  readonly authenticatesUsers: boolean;
}

export type Applications = ReadonlyMap<string, ApplicationBinding>;

/** The application behind the plain `requests` and `responses` topics. */
export const DEFAULT_APPLICATION = "default";

export const APPLICATION_FIELDS = ["application", "tenant", "departments", "defaultDepartment", "responseTopic", "authenticatesUsers"] as const;
/** Part of a topic's name. */
export const APPLICATION = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const TENANT = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const TOPIC = /^[A-Za-z0-9._-]{1,200}$/;

/** Reads `applications.yaml`: each application once, with its tenant and departments. */
export function readApplications(place: Place | null): Applications {
  const applications = new Map<string, ApplicationBinding>();
  const file = place?.fields("applications.yaml", ["applications"]);
  for (const item of file?.need("applications", "the file")?.items("`applications`") ?? []) {
    const fields = item.fields("an application", APPLICATION_FIELDS);
    const name = fields?.need("application", "the binding")?.text("application", APPLICATION, "small letters, digits, _ and -");
    if (!fields || !name) continue;
    if (applications.has(name)) fields.get("application")?.fail(`application \`${name}\` stands twice; expected each once`);
    applications.set(name, readBinding(name, fields));
  }
  return applications;
}

function readBinding(application: string, fields: Fields): ApplicationBinding {
  const list = fields.need("departments", "the binding")?.oneOrMore("`departments`") ?? [];
  const departments = list.flatMap((item) => item.text("department", LABEL, LABEL_EXPECTED) ?? []);
  return {
    application,
    tenant: fields.need("tenant", "the binding")?.text("tenant", TENANT, "small letters, digits, _ and -") ?? "",
    departments,
    defaultDepartment: fields.get("defaultDepartment")?.oneOf("defaultDepartment", departments) ?? null,
    responseTopic:
      fields.get("responseTopic")?.text("responseTopic", TOPIC, "a topic's name") ??
      (application === DEFAULT_APPLICATION ? "responses" : `responses.${application}`),
    authenticatesUsers: fields.get("authenticatesUsers")?.boolean("authenticatesUsers") ?? false,
  };
}

/** Departments by tenant over all applications. */
export function tenantsOf(applications: Applications): Map<string, string[]> {
  const tenants = new Map<string, string[]>();
  for (const { tenant, departments } of applications.values()) {
    tenants.set(tenant, [...new Set([...(tenants.get(tenant) ?? []), ...departments])]);
  }
  return tenants;
}

/** Applications by tenant. */
export function applicationsOf(applications: Applications): Map<string, string[]> {
  const byTenant = new Map<string, string[]>();
  for (const { tenant, application } of applications.values()) byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), application]);
  return byTenant;
}
