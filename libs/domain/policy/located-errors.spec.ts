import { compilePolicySet, formatPolicyError } from "./index";
import { digest, folder } from "./testing/small-set";

/** Every error of the small folder with these files changed, as people read them. */
function errorsOf(changes: Readonly<Record<string, string | undefined>>): string[] {
  const { ok, errors } = compilePolicySet(folder(changes), digest, { checkNames: ["complete", "json_schema"] });
  expect(ok === null).toBe(errors !== null);
  return (errors ?? []).map(formatPolicyError);
}

const rule = (...lines: string[]) => ["rules:", "  - id: a-rule", ...lines.map((line) => `    ${line}`)].join("\n");

describe("an error in a rule names file, line, column, the value, what was expected and the nearest name", () => {
  it.each([
    ["an unknown field", rule("alow: all"), "rules.yaml:3:5: unknown field `alow` of a rule; expected id, why, owner, mode, forbid, require, allow, prefer, oblige, when or unless; did you mean `allow`?"],
    ["no effect", rule("why: w"), "rules.yaml:2:5: the rule has no effect; expected exactly one of forbid, require, allow, prefer or oblige"],
    ["two effects", rule("allow: all", "prefer: all"), "rules.yaml:4:5: the rule has 2 effects (allow, prefer); expected exactly one"],
    ["a forbid without a why", rule("forbid: all"), "rules.yaml:3:5: a forbid rule has no `why`; expected the reason for it"],
    ["an empty why", rule("why:", "require: all"), "rules.yaml:3:9: why is missing; expected a text"],
    ["an unknown mode", rule("allow: all", "mode: enfroce"), "rules.yaml:4:11: mode `enfroce`; expected enforce, warn, audit or shadow; did you mean `enforce`?"],
    ["an unknown tag", rule("allow: { tag: [clod] }"), "rules.yaml:3:20: tag `clod`; expected cloud, boundary or oss; did you mean `cloud`?"],
    ["an unknown candidate field", rule("allow: { teir: premium }"), "rules.yaml:3:14: unknown field `teir` of the candidates; expected deployment, provider, model, region, tag, tier, licence, capability or dataTerms; did you mean `tier`?"],
    ["candidates that are none", rule("allow: everything"), "rules.yaml:3:12: candidates `everything`; expected all, or a map such as { licence: oss } with deployment, provider, model, region, tag, tier, licence, capability or dataTerms"],
    ["no candidate", rule("allow: {}"), "rules.yaml:3:12: no candidate is named; expected all, or deployment, provider, model, region, tag, tier, licence, capability or dataTerms"],
    ["an unknown attribute", rule("allow: all", "when: { departmnet: Legal }"), "rules.yaml:4:13: unknown attribute `departmnet`; expected tenant, department, application, user, route, taskType, complexity, riskClass, riskSignals, language, outputFormat, latencyClass or 34 more; did you mean `department`?"],
    ["an unknown value", rule("allow: all", "when: { riskClass: [low, hihg] }"), "rules.yaml:4:30: value of `riskClass` `hihg`; expected low, medium, high or regulated; did you mean `high`?"],
    ["an order over what has none", rule("allow: all", "when: { department: { at_least: Legal } }"), "rules.yaml:4:27: unknown field `at_least` of the matcher of `department`; expected any_of or none_of"],
    ["a range that is empty", rule("allow: all", "when: { riskClass: { at_least: high, at_most: low } }"), "rules.yaml:4:24: no `riskClass` is at least `high` and at most `low`"],
    ["an empty condition", rule("allow: all", "when: {}"), "rules.yaml:4:11: the condition is empty; expected at least one attribute"],
    ["an empty list", rule("allow: all", "when: { department: [] }"), "rules.yaml:4:25: value of `department` is empty; expected at least one value"],
    ["an unknown check", rule("oblige: { checks: [complet] }"), "rules.yaml:3:24: checks `complet`; expected complete or json_schema; did you mean `complete`?"],
    ["a floor above one", rule("oblige: { qualityFloor: 70 }"), "rules.yaml:3:29: qualityFloor `70`; expected a number from 0 to 1"],
    ["a negative amount", rule("oblige: { costUsdMax: -1 }"), "rules.yaml:3:27: costUsdMax `-1`; expected dollars such as 3000 or 0.25, with at most 9 decimals"],
    ["a yes that is a text", rule("oblige: { humanReview: yes }"), "rules.yaml:3:28: humanReview `yes`; expected true or false"],
    ["an alias", rule("allow: &x all", "when: *x"), "rules.yaml:4:11: a condition `*x`; expected a map such as { department: Sales }"],
    ["an id with capitals", "rules:\n  - { id: A, allow: all }", "rules.yaml:2:11: rule id `A`; expected small letters, digits and dashes"],
    ["an id twice", "rules:\n  - { id: a, allow: all }\n  - { id: a, prefer: all }", "rules.yaml:3:11: rule id `a` stands twice; expected each id once"],
    ["a rule that is a text", "rules:\n  - allow all", "rules.yaml:2:5: a rule `allow all`; expected a map with id, why, owner, mode, forbid, require, allow, prefer, oblige, when or unless"],
    ["a key twice", rule("allow: all", "allow: all"), "rules.yaml:4:5: map keys must be unique"],
  ])("%s", (_, text, expected) => {
    expect(errorsOf({ "rules.yaml": text })).toContain(expected);
  });
});

describe("an error in another file does too", () => {
  const text = folder().find(({ path }) => path === "catalog.yaml")?.text ?? "";
  const catalog = (from: string, to: string) => ({ "catalog.yaml": text.replace(from, to) });
  /** Where the new value stands, counted in the text itself. */
  const at = (from: string, to: string, value: string) => {
    const before = text.slice(0, text.indexOf(from) + to.indexOf(value)).split("\n");
    return `catalog.yaml:${before.length}:${(before.at(-1) ?? "").length + 1}`;
  };
  const inCatalog = (from: string, to: string, value: string, message: string): [Record<string, string>, string] => [
    catalog(from, to),
    `${at(from, to, value)}: ${message}`,
  ];

  it.each<[string, Record<string, string | undefined>, string]>([
    ["an unknown model of a deployment", ...inCatalog("model: big, region: eu", "model: bgi, region: eu", "bgi", "model `bgi`; expected big, mid or small; did you mean `big`?")],
    ["a price with too many decimals", ...inCatalog("inputUsd: 2.50", "inputUsd: 2.5000000001", "2.5000000001", "inputUsd `2.5000000001`; expected dollars such as 3000 or 0.25, with at most 9 decimals")],
    ["a quality of an unknown task", ...inCatalog("coding: 0.85", "codng: 0.85", "codng", "unknown field `codng` of `quality`; expected default, chat, coding or summarise; did you mean `coding`?")],
    ["an answer longer than the context", ...inCatalog("outputTokensMax: 2000", "outputTokensMax: 20000", "20000", "outputTokensMax `20000`; expected a whole number from 1 to 10000")],
    ["an unknown wire API", ...inCatalog("api: openai", "api: opnai", "opnai", "api `opnai`; expected openai, anthropic, azure-openai, bedrock, gemini, vertex, mistral, cohere, deepseek, huggingface, openrouter or perplexity; did you mean `openai`?")],
    ["a missing file", { "budgets.yaml": undefined }, "budgets.yaml:1:1: the file is missing; expected it in the policy folder"],
    ["no rules at all", { "rules.yaml": undefined }, "rules.yaml:1:1: the file is missing; expected it, or rules/*.yaml, in the policy folder"],
    ["a misspelt file", { "budget.yaml": "a: 1" }, "budget.yaml:1:1: no such policy file is known; expected attributes.yaml, catalog.yaml, routes.yaml, budgets.yaml, applications.yaml, users.yaml, alerts.yaml, rules.yaml, rules/*.yaml, cases/*.yaml or proofs/*.yaml; did you mean `budgets.yaml`?"],
    ["an unknown default route", { "routes.yaml": "default: genral\nroutes:\n  - name: general" }, "routes.yaml:1:10: default route `genral`; expected general; did you mean `general`?"],
    ["routes that fall back in a circle", { "routes.yaml": "default: a\nroutes:\n  - { name: a, fallback: b }\n  - { name: b, fallback: a }" }, "routes.yaml:3:26: the fallbacks of route `a` lead back to it"],
    ["routes that both take an intent", { "routes.yaml": "default: c\nroutes:\n  - { name: a, intents: [chat] }\n  - { name: b, intents: [coding, chat], riskClasses: low }\n  - name: c" }, "routes.yaml:4:16: routes `a` and `b` both take `chat` at risk low; expected one of them"],
    ["an intent that is no task type", { "routes.yaml": "default: a\nroutes:\n  - { name: a, intents: [cht] }" }, "routes.yaml:3:26: intent `cht`; expected chat, coding or summarise; did you mean `chat`?"],
    ["a fallback trigger that is none", { "routes.yaml": "default: a\nroutes:\n  - { name: a, fallbackOn: [overload] }" }, "routes.yaml:3:29: fallback trigger `overload`; expected rate_limited, overloaded, timeout, connection, auth, quota, context_overflow, malformed_output, unavailable, unknown, latency, health or 1 more; did you mean `overloaded`?"],
    ["waiting for longer than the log keeps a request", { "routes.yaml": "default: a\nroutes:\n  - { name: a, deferSecondsMax: 90000 }" }, "routes.yaml:3:33: deferSecondsMax `90000`; expected a whole number from 1 to 86400"],
    ["escalations that quality may not lead to", { "routes.yaml": "default: a\nroutes:\n  - { name: a, fallbackOn: timeout, escalationsMax: 1 }" }, "routes.yaml:3:53: `escalationsMax` is above 0, but `fallbackOn` does not name quality; expected both or neither"],
    ["a budget of an unknown tenant", { "budgets.yaml": "tenants:\n  acm: { capUsd: 1 }" }, "budgets.yaml:2:3: unknown field `acm` of `tenants`; expected acme; did you mean `acme`?"],
    ["an unknown time zone", { "budgets.yaml": "timeZone: Europe/Berln\ntenants:\n  acme: { capUsd: 1 }" }, "budgets.yaml:1:11: time zone `Europe/Berln`; expected an IANA name such as Europe/Berlin; did you mean `Europe/Berlin`?"],
    ["a default department outside the binding", { "applications.yaml": "applications:\n  - { application: default, tenant: acme, departments: [Sales, Legal], defaultDepartment: Sale }" }, "applications.yaml:2:91: defaultDepartment `Sale`; expected Sales or Legal; did you mean `Sales`?"],
    ["cut points that do not ascend", { "attributes.yaml": "attributes:\n  - { name: x, type: number, source: state.x, values: [a, b, c], cuts: [5, 5] }" }, "attributes.yaml:2:76: cut point `5`; expected more than the one before it, 5"],
    ["bands without a name", { "attributes.yaml": "attributes:\n  - { name: x, type: number, source: state.x, values: [a, b, c], cuts: [5] }" }, "attributes.yaml:2:72: 1 cut points make 2 bands, but `values` names 3; expected one name for each band"],
    ["a source that does not exist", { "attributes.yaml": "attributes:\n  - { name: x, type: string, source: prompt }" }, "attributes.yaml:2:38: source `prompt`; expected request.attributes.<name> or state.<name>"],
    ["new values for a built-in attribute", { "attributes.yaml": "attributes:\n  - { name: riskClass, values: [none, some] }" }, "attributes.yaml:2:32: the values of the built-in `riskClass` are given; expected no `values` here"],
    ["a decimal comma in an amount", { "budgets.yaml": 'tenants:\n  acme: { capUsd: "0,25" }' }, "budgets.yaml:2:19: capUsd `0,25`; expected dollars such as 3000 or 0.25, with at most 9 decimals"],
    ["no values at all", { "attributes.yaml": "attributes:\n  - { name: x, type: enum, source: state.x, values: [] }" }, "attributes.yaml:2:53: `values` is empty; expected at least one value"],
    ["alerts of a scope that is none", { "alerts.yaml": 'channels: { a: { type: log } }\nroutes: [{ scopes: "departmnt:acme/*", channels: a }]' }, "alerts.yaml:2:20: scope `departmnt:acme/*`; expected one of company, tenant, department, team, user, route, application, run, provider, tier, tag, policy before the `:`; did you mean `department:acme/*`?"],
    ["alerts of a department that is none", { "alerts.yaml": 'channels: { a: { type: log } }\nroutes: [{ scopes: "department:acme/Salse", channels: a }]' }, "alerts.yaml:2:20: scope `department:acme/Salse`; expected one that is there: department:acme/Sales, department:acme/Legal or department:acme/R&D; did you mean `department:acme/Sales`?"],
    ["a case that expects an unknown route", { "cases/a.yaml": "cases:\n  - name: c\n    request: { department: Sales }\n    expect: { route: genral }" }, "cases/a.yaml:4:22: route `genral`; expected general or other; did you mean `general`?"],
    ["two cases of one name", { "cases/a.yaml": "cases:\n  - { name: c, request: { department: Sales }, expect: {} }\n  - { name: c, request: { department: Sales }, expect: {} }" }, "cases/a.yaml:3:13: a case with the name `c` stands twice; expected each name once"],
    ["a case that names an unknown candidate", { "cases/a.yaml": "cases:\n  - name: c\n    request: { department: Sales }\n    expect: { includes: [big-uk] }" }, "cases/a.yaml:4:26: candidate `big-uk`; expected big-us, big-eu, mid-us or small-eu; did you mean `big-us`?"],
  ])("%s", (_, changes, expected) => {
    expect(errorsOf(changes)).toContain(expected);
  });

  it.each([
    ["broken YAML", "rules:\n  - id: [a", "rules.yaml:2:11"],
    ["a tab as indentation", "rules:\n\t- id: a", "rules.yaml:2:1"],
    ["two documents", "rules: []\n---\nrules: []", "rules.yaml:2:1"],
    ["an unknown tag", "rules: !secret x", "rules.yaml:1:8"],
    ["nothing", "", "rules.yaml:1:1"],
    ["a nesting bomb", `rules: ${"[".repeat(100_000)}`, "rules.yaml:1"],
  ])("%s", (_, text, at) => {
    expect(errorsOf({ "rules.yaml": text })[0]).toMatch(new RegExp(`^${at}`));
  });
});

describe("all errors of all files", () => {
  it("are found at once, in order of file and line", () => {
    const errors = errorsOf({
      "routes.yaml": "default: x\nroutes:\n  - { name: y, speed: 1 }",
      "rules.yaml": rule("forbid: { tag: [x, y] }", "when: { department: Z, nothing: 1 }"),
      "budgets.yaml": "tenants:\n  acme: { capUsd: many }",
    });
    expect(errors.map((error) => error.split(": ")[0])).toEqual([
      "budgets.yaml:2:19", "routes.yaml:1:10", "routes.yaml:3:16", "rules.yaml:3:5", "rules.yaml:3:21", "rules.yaml:3:24", "rules.yaml:4:25", "rules.yaml:4:28",
    ]);
  });

  it("are causes, not what follows from them: of a file that is wrong, no use of a name that it should have declared", () => {
    const cases = { "cases/a.yaml": "cases:\n  - { name: c, request: { department: Sales }, expect: { rules: [a-rule] } }" };
    expect(errorsOf({ ...cases, "rules.yaml": "rule: []" })).toEqual([
      "rules.yaml:1:1: unknown field `rule` of the file; expected rules; did you mean `rules`?",
      "rules.yaml:1:1: the file has no `rules`",
    ]);
    expect(errorsOf({ ...cases, "applications.yaml": "aplications: []" }).filter((error) => !error.startsWith("applications.yaml"))).toEqual([]);
  });

  it("of one file that is no YAML are the first: every line after it would be one more", () => {
    expect(errorsOf({ "budgets.yaml": "tenants:\n  acme:\n    departments:\n\tSales: { capUsd: 1 }\n      Legal: { capUsd: 1 }\n" })).toEqual(["budgets.yaml:4:1: tabs are not allowed as indentation"]);
  });

  it("are none when files of another kind lie beside", () => {
    expect(errorsOf({ "README.md": "# hello" })).toEqual([]);
  });
});
