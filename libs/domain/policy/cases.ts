import { COMPLEXITY_VALUES, LATENCY_CLASS_VALUES, RISK_CLASS_VALUES, type Classification } from "@leverframe/events";
import type { ObligationTerms } from "@leverframe/permit";
import type { ApplicationBinding, Applications } from "./applications";
import { readObligationTerms } from "./obligation-terms";
import type { DecisionInput } from "./slots";
import type { Fields, Place } from "./source/place";

/** A request and what the policy set must say to it. */
export interface DecisionCase {
  readonly kind: "decision";
  readonly name: string;
  readonly input: DecisionInput;
  readonly expect: DecisionExpectation;
}

/** Every field that is null is not looked at. */
export interface DecisionExpectation {
  /** Exactly these candidates. */
  readonly permitted: readonly string[] | null;
  readonly includes: readonly string[] | null;
  readonly excludes: readonly string[] | null;
  /** Candidates of the highest preference. */
  readonly preferred: readonly string[] | null;
  /** A refusal with this code. */
  readonly refusal: string | null;
  /** Among the determining rules. */
  readonly rules: readonly string[] | null;
  /** Not among the determining rules. */
  readonly notRules: readonly string[] | null;
  readonly route: string | null;
  readonly obligations: ObligationTerms | null;
}

/** A change to the folder that must not compile. */
export interface InvalidCase {
  readonly kind: "invalid";
  readonly name: string;
  /** The file that is added or replaced, and its text. */
  readonly file: string;
  readonly text: string;
  /** `file:line:column`. */
  readonly at: string;
  readonly contains: string;
}

export type PolicyCase = DecisionCase | InvalidCase;

export const REQUEST_FIELDS = [
  "application", "department", "user", "route", "attributes", "maxOutputTokens", "taskType", "complexity", "riskClass",
  "riskSignals", "language", "outputFormat", "latencyClass", "promptBytes", "inputTokens", "capabilities", "state", "at",
] as const;
export const EXPECT_FIELDS = ["permitted", "includes", "excludes", "preferred", "refusal", "rules", "notRules", "route", "obligations"] as const;
export const CASE_FIELDS = ["name", "request", "expect", "file", "text", "error", "contains"] as const;

export interface CaseContext {
  readonly applications: Applications;
  readonly candidates: readonly string[];
  readonly rules: readonly string[];
  readonly routes: readonly string[];
  readonly checkNames: readonly string[] | null;
  /** Attributes of budget bands that rules ask about. */
  readonly bands: readonly string[];
}

/** Reads the files of `cases/`. */
export function readCases(files: readonly Place[], context: CaseContext): PolicyCase[] {
  const cases: PolicyCase[] = [];
  const names = new Set<string>();
  for (const file of files) {
    const list = file.fields("the file", ["cases"])?.need("cases", "the file")?.items("`cases`") ?? [];
    for (const item of list) {
      const fields = item.fields("a case", CASE_FIELDS);
      const name = fields?.need("name", "the case")?.text("name");
      if (!fields || !name) continue;
      if (names.has(name)) fields.get("name")?.fail(`a case with the name \`${name}\` stands twice; expected each name once`);
      names.add(name);
      const read = fields.get("file") ? readInvalid(name, fields) : readDecision(name, fields, context);
      if (read) cases.push(read);
    }
  }
  return cases;
}

function readInvalid(name: string, fields: Fields): InvalidCase | null {
  const file = fields.get("file")?.text("file");
  const text = fields.need("text", "the invalid case")?.text("text");
  const at = fields.need("error", "the invalid case")?.text("error", /:\d+:\d+$/, "file:line:column");
  const contains = fields.get("contains")?.text("contains") ?? "";
  return file && text && at ? { kind: "invalid", name, file, text, at, contains } : null;
}

function readDecision(name: string, fields: Fields, context: CaseContext): DecisionCase | null {
  const request = fields.need("request", "the case")?.fields("`request`", REQUEST_FIELDS);
  const expected = fields.need("expect", "the case")?.fields("`expect`", EXPECT_FIELDS);
  if (!request || !expected) return null;
  const bindings = [...context.applications.keys()];
  const application = request.get("application") ? request.get("application")?.oneOf("application", bindings) : "default";
  const binding = context.applications.get(application ?? "");
  if (!binding) return application ? request.key("application").fail("there is no application `default`; expected one to be named") : null;
  const input = readInput(name, request, binding, context.bands);
  return { kind: "decision", name, input, expect: readExpectation(expected, context) };
}

/** A request at a fixed moment, so that a case always yields the same permit. */
const RECEIVED_AT = 1_760_000_000_000_000;
const DEADLINE_MICROS = 30_000_000;
export const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z$/;

function readInput(name: string, request: Fields, binding: ApplicationBinding, bands: readonly string[]): DecisionInput {
  const department = request.need("department", "the request")?.oneOf("department", binding.departments) ?? "";
  const { application, tenant } = binding;
  const receivedAt = readMoment(request.get("at")) ?? RECEIVED_AT;
  const text = (field: string) => request.get(field)?.text(field) ?? null;
  return {
    requestId: `case ${name}`,
    origin: {
      application,
      tenant,
      department,
      user: text("user"),
      receivedAt,
      deadlineAt: receivedAt + DEADLINE_MICROS,
      requestDigest: "",
    },
    request: {
      route: text("route"),
      attributes: readTexts(request.get("attributes")),
      maxOutputTokens: request.get("maxOutputTokens")?.integer("maxOutputTokens", 1) ?? null,
    },
    classification: readClassification(request),
    // A case that does not speak about budgets is within them; `unknown` is what a ledger that cannot be asked leaves.
    state: { ...Object.fromEntries(bands.map((band) => [band, "ok"])), ...readTexts(request.get("state")) },
  };
}

function readMoment(place: Place | null): number | null {
  const text = place?.text("at", MOMENT, "a moment such as 2026-11-30T23:30:00Z") ?? null;
  const at = text === null ? null : Date.parse(text);
  return at === null || Number.isNaN(at) ? null : at * 1_000;
}

function readClassification(request: Fields): Classification {
  const riskClass = request.get("riskClass")?.oneOf("riskClass", RISK_CLASS_VALUES) ?? "low";
  const signals = readNames(request.get("riskSignals"), "riskSignals") ?? [];
  const promptBytes = request.get("promptBytes")?.integer("promptBytes", 0) ?? 1_000;
  return {
    taskType: request.get("taskType")?.text("taskType") ?? "chat",
    taskConfidence: 1,
    complexity: request.get("complexity")?.oneOf("complexity", COMPLEXITY_VALUES) ?? "simple",
    riskClass,
    riskSignals: signals.map((signal) => ({ signal, recogniser: "case", riskClass, start: 0, end: 0, confidence: 1 })),
    language: request.get("language")?.text("language") ?? "en",
    outputFormat: request.get("outputFormat")?.text("outputFormat") ?? "text",
    latencyClass: request.get("latencyClass")?.oneOf("latencyClass", LATENCY_CLASS_VALUES) ?? "standard",
    promptBytes,
    inputTokensMax: request.get("inputTokens")?.integer("inputTokens", 0) ?? promptBytes,
    capabilities: readNames(request.get("capabilities"), "capabilities") ?? [],
    opinion: null,
    classifierVersion: "case",
  };
}

function readExpectation(expected: Fields, { candidates, rules, routes, checkNames }: CaseContext): DecisionExpectation {
  const obligations = expected.get("obligations");
  return {
    permitted: readNames(expected.get("permitted"), "candidate", candidates),
    includes: readNames(expected.get("includes"), "candidate", candidates),
    excludes: readNames(expected.get("excludes"), "candidate", candidates),
    preferred: readNames(expected.get("preferred"), "candidate", candidates),
    refusal: expected.get("refusal")?.text("refusal") ?? null,
    rules: readNames(expected.get("rules"), "rule", rules),
    notRules: readNames(expected.get("notRules"), "rule", rules),
    route: expected.get("route")?.oneOf("route", routes) ?? null,
    obligations: obligations && readObligationTerms(obligations, checkNames),
  };
}

function readNames(place: Place | null, what: string, known?: readonly string[]): string[] | null {
  if (!place) return null;
  return place.items(what)?.flatMap((item) => (known ? item.oneOf(what, known) : item.text(what)) ?? []) ?? null;
}

function readTexts(place: Place | null): Record<string, string> {
  const fields = place?.fields("a map of names to texts", null);
  return Object.fromEntries(fields?.names().map((name) => [name, fields.get(name)?.text(name) ?? ""]) ?? []);
}
