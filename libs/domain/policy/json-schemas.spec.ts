import { Ajv } from "ajv";
import { parse } from "yaml";
import { compilePolicySet, policyJsonSchemas } from "./index";
import { readPolicyFolder } from "./testing/policy-folder";
import { draws } from "./testing/random-inputs";
import { CHECK_NAMES_SHIPPED } from "./testing/shipped-set";
import { digest, folder } from "./testing/small-set";

const schemas = policyJsonSchemas();
const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false, strictRequired: false });
const validators = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));

const kindOf = (path: string): string => `${path.replace(/\/.*/, "").replace(/\.yaml$/, "")}.schema.json`;
const accepted = (path: string, content: unknown): boolean => validators[kindOf(path)]?.(content) === true;

const all = readPolicyFolder("policies");
const shipped = all.filter(({ path }) => path.endsWith(".yaml"));

describe("the shipped JSON schemas", () => {
  it("are what the parser's own definitions say: `npm run policies:schemas` writes them", () => {
    const files = Object.fromEntries(all.filter(({ path }) => path.startsWith("schema/")).map(({ path, text }) => [path.slice("schema/".length), JSON.parse(text) as unknown]));
    expect(files).toEqual(JSON.parse(JSON.stringify(schemas)));
  });

  it.each(shipped.map(({ path, text }) => [path, text]))("accept %s, which names its schema for editors", (path, text) => {
    const validate = validators[kindOf(path)];
    expect([validate?.(parse(text)), validate?.errors]).toEqual([true, null]);
    const [, named = ""] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
    expect(named).toBe(`${path.includes("/") ? "../" : ""}schema/${kindOf(path)}`);
  });
});

const rule = (fields: object) => ["rules.yaml", { rules: [{ id: "a", ...fields }] }] as const;
const route = (fields: object) => ["routes.yaml", { default: "general", routes: [{ name: "general" }, { name: "b", ...fields }] }] as const;
const attribute = (fields: object) => ["attributes.yaml", { attributes: [{ name: "x", type: "enum", source: "state.x", values: ["a"], ...fields }] }] as const;
const budget = (fields: object) => ["budgets.yaml", { tenants: { acme: { capUsd: 1, ...fields } } }] as const;

describe("schema and parser agree about the structure of", () => {
  it.each<[string, readonly [string, object], boolean]>([
    ["a rule", rule({ allow: "all", when: { department: "Legal", riskClass: { at_least: "high" } } }), true],
    ["a rule with nested conditions", rule({ allow: "all", when: { any: [{ not: { riskSignals: { none_of: ["phi"] } } }, { all: { department: ["Legal"] } }] } }), true],
    ["a rule without an effect", rule({ why: "w" }), false],
    ["a rule with two effects", rule({ allow: "all", prefer: "all" }), false],
    ["a forbid without a why", rule({ forbid: "all" }), false],
    ["a rule with an unknown field", rule({ allow: "all", if: {} }), false],
    ["an unknown mode", rule({ allow: "all", mode: "maybe" }), false],
    ["an id with capitals", rule({ id: "A", allow: "all" }), false],
    ["candidates that are none", rule({ allow: "some" }), false],
    ["a candidate field that is none", rule({ allow: { colour: "red" } }), false],
    ["an unknown tier", rule({ allow: { tier: "gold" } }), false],
    ["an empty condition", rule({ allow: "all", when: {} }), false],
    ["an empty list", rule({ allow: "all", when: { department: [] } }), false],
    ["an expression", rule({ allow: "all", when: "department == Legal" }), false],
    ["an unknown risk class", rule({ allow: "all", when: { riskClass: "extreme" } }), false],
    ["an order over an enum", rule({ allow: "all", when: { department: { at_least: "Legal" } } }), false],
    ["an empty obligation", rule({ oblige: {} }), false],
    ["an unknown obligation", rule({ oblige: { speed: 1 } }), false],
    ["a floor above one", rule({ oblige: { qualityFloor: 70 } }), false],
    ["a retention of less than nothing", rule({ oblige: { retentionDaysMax: -1 } }), false],
    ["a yes that is a text", rule({ oblige: { cache: "no" } }), false],
    ["a route", route({ lifecycle: "experimental", openTo: { departments: "Legal" }, quota: { usdPerDayMax: 5 }, escalation: [{ tier: "economy" }, "all"] }), true],
    ["an experimental route for nobody", route({ lifecycle: "experimental" }), false],
    ["a managed route for some", route({ openTo: { departments: "Legal" } }), false],
    ["an unknown lifecycle", route({ lifecycle: "beta" }), false],
    ["an empty quota", route({ quota: {} }), false],
    ["a rung that is none", route({ degradation: [{}] }), false],
    ["an attribute", attribute({ default: "a" }), true],
    ["a set with a default", attribute({ type: "set", default: [] }), true],
    ["a source that is none", attribute({ source: "prompt" }), false],
    ["an unknown type", attribute({ type: "regex" }), false],
    ["time windows", ["attributes.yaml", { attributes: [], timeWindows: [{ name: "w", days: "mon", from: "08:00", to: "18:15" }] }], true],
    ["a time window without days", ["attributes.yaml", { attributes: [], timeWindows: [{ name: "w" }] }], false],
    ["a time that is none", ["attributes.yaml", { attributes: [], timeWindows: [{ name: "w", days: ["mon"], from: "8 am" }] }], false],
    ["a budget with tiers", ["budgets.yaml", { tiers: { low: { capUsd: 5 }, none: {} }, tenants: { acme: { departmentTier: "low", departments: { Sales: { tier: "none" } } } } }], true],
    ["a percent above a hundred", budget({ downgradeFromPercent: 101 }), false],
    ["an unknown window", budget({ window: "fortnight" }), false],
    ["a user's budget without a cap", budget({ users: { ann: { hard: false } } }), false],
    ["groups", ["users.yaml", { tenants: { acme: { groups: { pilots: ["ann"] } } } }], true],
    ["a group that is a text", ["users.yaml", { tenants: { acme: { groups: { pilots: "ann" } } } }], false],
    ["an application with an unknown field", ["applications.yaml", { applications: [{ application: "default", tenant: "acme", departments: ["Sales", "Legal", "R&D"], groups: [] }] }], false],
    ["a case without a department", ["cases/a.yaml", { cases: [{ name: "c", request: {}, expect: {} }] }], false],
    ["a case", ["cases/a.yaml", { cases: [{ name: "c", request: { department: "Sales", at: "2026-11-30T23:30:00Z" }, expect: { notRules: ["all"] } }] }], true],
    ["a proof", ["proofs/a.yaml", { proofs: [{ name: "p", never: { when: { department: "Legal" }, permits: { licence: "oss" } } }] }], true],
    ["a proof of nothing", ["proofs/a.yaml", { proofs: [{ name: "p", never: { when: { department: "Legal" } } }] }], false],
  ])("%s", (_, [path, content], valid) => {
    const { errors } = compilePolicySet(folder({ [path]: JSON.stringify(content) }), digest);
    expect([accepted(path, content), errors === null]).toEqual([valid, valid]);
  });

  it("300 random damages to the shipped files: what the schema refuses, the parser refuses", () => {
    const draw = draws(11);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const file = shipped[draw(shipped.length)] as (typeof shipped)[number];
      const content = damaged(parse(file.text), draw);
      if (accepted(file.path, content)) continue;
      refused++;
      const files = shipped.map((other) => (other === file ? { path: file.path, text: JSON.stringify(content) } : other));
      const { errors } = compilePolicySet(files, digest, { checkNames: CHECK_NAMES_SHIPPED });
      if (errors === null) throw new Error(`the schema refuses what the parser takes in ${file.path}: ${JSON.stringify(validators[kindOf(file.path)]?.errors)}`);
    }
    expect(refused).toBeGreaterThan(80);
  });
});

/** The same content with one place changed: a value replaced, a field renamed or taken away. */
function damaged(content: unknown, draw: (below: number) => number): unknown {
  const copy = structuredClone(content);
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null) return;
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      visit((holder as Record<string, unknown>)[key]);
    }
  };
  visit(copy);
  const { holder, key } = places[draw(places.length)] as (typeof places)[number];
  const damage = draw(4);
  if (damage === 0 && !Array.isArray(holder)) delete holder[key];
  else if (damage === 1 && !Array.isArray(holder)) { holder["zzz"] = holder[key]; delete holder[key]; }
  else holder[key] = [{ zzz: 1 }, "zzz", -1, true, [["zzz"]], []][draw(6)];
  return copy;
}
