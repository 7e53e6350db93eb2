import { canonicalJson, type Digest, type Json } from "@leverframe/kernel";
import { readAlerts, type ScopeNames } from "./alerts";
import { applicationsOf, readApplications, tenantsOf } from "./applications";
import { readAttributes } from "./attributes";
import { readBudgets } from "./budgets";
import { readCases } from "./cases";
import { TIERS } from "./catalog-models";
import { readCatalog } from "./catalog-file";
import { compileRules } from "./compiled-rules";
import { readDirectory } from "./directory";
import { originFacts } from "./origin-facts";
import { readAcknowledgements, readProofs } from "./analysis/proofs";
import type { PolicySet } from "./policy-set";
import { quotaCaps, readRoutes } from "./routes";
import { readRules } from "./rules";
import { nearestName } from "./source/nearest-name";
import type { Place } from "./source/place";
import { readTimeWindows } from "./time-windows";
import { causesOf, type PolicyError, sortPolicyErrors } from "./source/policy-error";
import { openPolicyFile, type PolicyFile } from "./source/policy-file";

export type CompileResult =
  | { readonly ok: PolicySet; readonly errors: null }
  | { readonly ok: null; readonly errors: readonly PolicyError[] };

export interface CompileOptions {
  /** Evaluation checks that exist, so that a misspelt one is found here and not at run time. */
  readonly checkNames?: readonly string[];
}

const SINGLE_FILES = ["attributes.yaml", "catalog.yaml", "routes.yaml", "budgets.yaml", "applications.yaml", "users.yaml", "alerts.yaml"] as const;
const OBLIGATORY: readonly string[] = ["catalog.yaml", "routes.yaml", "budgets.yaml", "applications.yaml"];
const RULE_FILE = /^rules(?:\.yaml|\/.+\.yaml)$/;
const CASE_FILE = /^cases\/.+\.yaml$/;
const PROOF_FILE = /^proofs\/.+\.yaml$/;
const YAML_FILE = /\.ya?ml$/;

/**
 * Compiles a policy folder. All errors of all files are found at once, each with file, line and column; a set is
 * returned only when there is none. Files that are not YAML are left alone. Pure: `digest` is handed in.
 */
export function compilePolicySet(files: readonly PolicyFile[], digest: Digest, options: CompileOptions = {}): CompileResult {
  const errors: PolicyError[] = [];
  const folder = openFolder(files, errors);
  const set = readFolder(folder, digest, options);
  if (errors.length > 0 || !set) return { ok: null, errors: sortPolicyErrors(causesOf(errors)) };
  return { ok: set, errors: null };
}

interface Folder {
  readonly single: ReadonlyMap<string, Place>;
  readonly rules: readonly Place[];
  readonly cases: readonly Place[];
  readonly proofs: readonly Place[];
  /** Every rule file is YAML, so that the ids of all rules are known. */
  readonly rulesComplete: boolean;
}

function openFolder(files: readonly PolicyFile[], errors: PolicyError[]): Folder {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const single = new Map<string, Place>();
  const rules: Place[] = [];
  const cases: Place[] = [];
  const proofs: Place[] = [];
  const atStart = (file: string, message: string, nearest: string | null = null) =>
    errors.push({ file, line: 1, column: 1, value: null, message, nearest });
  for (const file of sorted.filter(({ path }) => YAML_FILE.test(path))) {
    const known = (SINGLE_FILES as readonly string[]).includes(file.path);
    if (!known && !RULE_FILE.test(file.path) && !CASE_FILE.test(file.path) && !PROOF_FILE.test(file.path)) {
      const names = [...SINGLE_FILES, "rules.yaml"];
      atStart(file.path, `no such policy file is known; expected ${names.join(", ")}, rules/*.yaml, cases/*.yaml or proofs/*.yaml`, nearestName(file.path, names));
      continue;
    }
    const place = openPolicyFile(file, errors);
    if (!place) continue;
    if (known) single.set(file.path, place);
    else (RULE_FILE.test(file.path) ? rules : CASE_FILE.test(file.path) ? cases : proofs).push(place);
  }
  const paths = sorted.map(({ path }) => path);
  for (const file of OBLIGATORY) if (!paths.includes(file)) atStart(file, "the file is missing; expected it in the policy folder");
  if (!paths.some((path) => RULE_FILE.test(path))) atStart("rules.yaml", "the file is missing; expected it, or rules/*.yaml, in the policy folder");
  const rulesComplete = rules.length === paths.filter((path) => RULE_FILE.test(path)).length;
  return { single, rules, cases, proofs, rulesComplete };
}

/** Null when files are missing or not YAML; otherwise whatever could be read, with errors reported on the way. */
function readFolder({ single, rules, cases, proofs, rulesComplete }: Folder, digest: Digest, options: CompileOptions): PolicySet | null {
  const file = (name: (typeof SINGLE_FILES)[number]) => single.get(name) ?? null;
  const checkNames = options.checkNames ?? null;
  const applications = readApplications(file("applications.yaml"));
  const tenants = tenantsOf(applications);
  const routesFile = file("routes.yaml");
  const attributesFile = file("attributes.yaml")?.fields("attributes.yaml", ["attributes", "timeWindows"]);
  const windows = readTimeWindows(attributesFile?.get("timeWindows") ?? null);
  const directory = readDirectory(file("users.yaml"), [...tenants.keys()]);
  const attributes = readAttributes(attributesFile?.need("attributes", "the file") ?? null, {
    tenant: [...tenants.keys()],
    department: [...new Set([...tenants.values()].flat())],
    application: [...applications.keys()],
    route: routesFile?.peek("routes", "name") ?? [],
    userGroups: directory.groups,
    budgetTier: file("budgets.yaml")?.peekNames("tiers") ?? [],
    timeWindow: windows.names,
    providers: file("catalog.yaml")?.peek("providers", "id") ?? [],
    modelTiers: TIERS,
    tags: file("catalog.yaml")?.peekEach("deployments", "tags") ?? [],
  });
  const taskTypes = attributes.get("taskType")?.values ?? null;
  const catalog = readCatalog(file("catalog.yaml"), taskTypes, digest);
  const budgets = readBudgets(file("budgets.yaml"), {
    departments: tenants,
    applications: applicationsOf(applications),
    teams: directory.groupsOf,
    routes: routesFile?.peek("routes", "name") ?? null,
    providers: file("catalog.yaml")?.peek("providers", "id") ?? null,
    modelTiers: TIERS,
    tags: file("catalog.yaml")?.peekEach("deployments", "tags") ?? null,
  });
  const routes = readRoutes(routesFile, {
    taskTypes,
    departments: [...new Set([...tenants.values()].flat())],
    applications: [...applications.keys()],
    groups: directory.groups,
    deployments: catalog.deployments,
  });
  // Names of a file that could not be read are unknown: complaining about each use of them would bury the one error.
  if (OBLIGATORY.some((name) => !single.has(name))) return null;
  const read = readRules(rules, { attributes, deployments: catalog.deployments, checkNames });
  const candidates = catalog.deployments.map(({ id }) => id);
  const ruleIds = read.map(({ id }) => id);
  const facts = originFacts(applications, directory, budgets, windows);
  const index = compileRules(read, attributes, catalog, facts);
  const bands = [...index.slots.scalars.keys()].filter((name) => name.startsWith("budgetBand"));
  return {
    version: versionOf(single, rules, digest),
    catalog,
    attributes,
    routes,
    rules: read,
    index,
    alerts: readAlerts(file("alerts.yaml"), namesOfScopes(tenants, [...applications.keys()])),
    budgets: { ...budgets, caps: [...budgets.caps, ...quotaCaps(routes, budgets.calendars)] },
    applications,
    directory,
    facts,
    cases: readCases(rulesComplete ? cases : [], { applications, candidates, rules: ruleIds, routes: [...routes.byName.keys()], checkNames, bands }),
    proofs: readProofs(proofs, { attributes, deployments: catalog.deployments, checkNames }),
    acknowledgements: readAcknowledgements(rulesComplete ? proofs : [], { attributes, rules: ruleIds }),
  };
}

/** The same for every order of rules and of rule files. */
function versionOf(single: ReadonlyMap<string, Place>, rules: readonly Place[], digest: Digest): string {
  const plain = (name: string) => (single.get(name)?.plain() ?? null) as Json;
  const list = rules.flatMap((place) => {
    const content = place.plain() as { rules?: unknown } | null;
    return Array.isArray(content?.rules) ? (content.rules as Json[]).map(canonicalJson) : [];
  });
  const [attributes, routes, budgets, applications, users] = ["attributes.yaml", "routes.yaml", "budgets.yaml", "applications.yaml", "users.yaml"].map(plain);
  const alerts = plain("alerts.yaml");
  return digest(canonicalJson({ attributes, routes, budgets, applications, users, ...(alerts === null ? {} : { alerts }), rules: list.sort() } as Json));
}

/** Names of the scopes that nothing but the folder declares; teams, users and runs come with requests. */
function namesOfScopes(tenants: ReadonlyMap<string, readonly string[]>, applications: readonly string[]): ScopeNames {
  const inTenants = (names: (tenant: string) => readonly string[]) => [...tenants.keys()].flatMap((tenant) => names(tenant).map((name) => `${tenant}/${name}`));
  return new Map([
    ["tenant", [...tenants.keys()]],
    ["department", inTenants((tenant) => tenants.get(tenant) ?? [])],
    ["application", inTenants(() => applications)],
  ]);
}
