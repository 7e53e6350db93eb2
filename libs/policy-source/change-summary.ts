import type { PolicyFile, PolicySet } from "@leverframe/policy";

/** What became of a set, in words that stand in an audit: `rule legal-no-oss changed`. */
export interface ChangeSummary {
  /** Paths of files that differ in any byte. */
  readonly files: readonly string[];
  /** One line for each thing declared, by kind and name; bounded. */
  readonly changes: readonly string[];
}

const CHANGES_MAX = 200;

export interface SetAndFiles {
  readonly set: PolicySet;
  readonly files: readonly PolicyFile[];
}

/** Every declared thing that was added, removed or changed. Whether decisions differ is for the exact diff to say. */
export function changeSummary(before: SetAndFiles, after: SetAndFiles): ChangeSummary {
  const files = differences(textsOf(before.files), textsOf(after.files)).map(({ name }) => name);
  const changes = differences(declaredIn(before.set), declaredIn(after.set)).map(({ name, how }) => `${name} ${how}`);
  if (changes.length <= CHANGES_MAX) return { files, changes };
  return { files, changes: [...changes.slice(0, CHANGES_MAX), `and ${changes.length - CHANGES_MAX} more`] };
}

const textsOf = (files: readonly PolicyFile[]): Map<string, string> => new Map(files.map(({ path, text }) => [path, text]));

/** What a set declares, by a name that says what it is. */
function declaredIn({ rules, routes, catalog, applications, budgets, alerts, attributes, directory }: PolicySet): Map<string, string> {
  const declared = new Map<string, string>();
  const add = (kind: string, name: string, content: unknown) => declared.set(`${kind} \`${name}\``, textOf(content));
  for (const rule of rules) add("rule", rule.id, rule);
  for (const route of routes.byName.values()) add("route", route.name, { ...route, default: route === routes.default });
  if (routes.secondOpinion) add("second opinion on route", routes.secondOpinion.route, routes.secondOpinion);
  for (const deployment of catalog.deployments) add("deployment", deployment.id, { ...deployment, provider: { ...deployment.provider, baseUrl: null } });
  for (const binding of applications.values()) {
    add("application", binding.application, { ...binding, departments: null });
    for (const department of binding.departments) add(`department of application \`${binding.application}\``, department, null);
  }
  for (const cap of budgets.caps) add("budget", `${cap.scope} per ${cap.window}${cap.unit === "usd" ? "" : ` in ${cap.unit}`}`, cap);
  for (const [department, tier] of budgets.tiers) add("budget tier of", department, tier);
  for (const channel of alerts.channels.values()) add("alert channel", channel.name, channel);
  for (const [part, content] of Object.entries({ routes: alerts.routes, anomaly: alerts.anomaly, forecast: alerts.forecast })) add("alerts", part, content);
  for (const [name, attribute] of attributes) add("attribute", name, attribute);
  for (const [tenant, members] of directory.members) add("users of tenant", tenant, members);
  return declared;
}

/** Text that is the same for the same content. */
function textOf(content: unknown): string {
  return JSON.stringify(content, (_key, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (value instanceof Map) return [...value];
    return value instanceof Set ? [...value] : value;
  });
}

interface Difference {
  readonly name: string;
  readonly how: "added" | "removed" | "changed";
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Difference[] {
  const found: Difference[] = [];
  for (const [name, text] of before) {
    const now = after.get(name);
    if (now === undefined) found.push({ name, how: "removed" });
    else if (now !== text) found.push({ name, how: "changed" });
  }
  for (const name of after.keys()) if (!before.has(name)) found.push({ name, how: "added" });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
