import { NO_TERMS, type ObligationTerms } from "@leverframe/permit";
import type { Attribute } from "../attributes";
import type { CandidateField, CandidateMatcher } from "../candidate-matcher";
import type { Condition } from "../condition";
import type { PolicySet } from "../policy-set";
import type { Effect, Rule } from "../rules";

/** A set with one small mistake in one rule. */
export interface Mutant {
  readonly rule: string;
  /** What was done, such as `when: department without Legal`. */
  readonly what: string;
  /** Null: the rule is gone. */
  readonly mutated: Rule | null;
}

type Attributes = PolicySet["attributes"];
interface Variant<T> {
  readonly what: string;
  readonly made: T;
}

const FLIPPED: Readonly<Record<Effect, Effect | null>> = { allow: "forbid", forbid: "allow", require: "forbid", prefer: "require", oblige: null };

/** Every mutant of every rule, in the order of rule ids. */
export function mutantsOf({ rules, attributes, catalog }: PolicySet): Mutant[] {
  const names = namesOf(catalog.deployments);
  return rules.flatMap((rule) => [
    { rule: rule.id, what: "dropped", mutated: null },
    ...variantsOf(rule, attributes, names).map(({ what, made }) => ({ rule: rule.id, what, mutated: made })),
  ]);
}

function variantsOf(rule: Rule, attributes: Attributes, names: CandidateNames): Variant<Rule>[] {
  const flipped = FLIPPED[rule.effect];
  return [
    { what: rule.mode === "enforce" ? "mode: shadow" : "mode: enforce", made: { ...rule, mode: rule.mode === "enforce" ? "shadow" : "enforce" } },
    ...(flipped ? [{ what: `effect: ${flipped}`, made: { ...rule, effect: flipped } }] : []),
    ...(["when", "unless"] as const).flatMap((part) => {
      const condition = rule[part];
      if (condition === null) return [];
      const variants = [{ what: "dropped", made: null }, { what: "negated", made: { kind: "not" as const, of: condition } }, ...conditionVariants(condition, attributes)];
      return variants.map(({ what, made }) => ({ what: `${part}: ${what}`, made: { ...rule, [part]: made } }));
    }),
    ...(rule.candidates ? candidateVariants(rule.candidates, names).map(({ what, made }) => ({ what: `${rule.effect}: ${what}`, made: { ...rule, candidates: made } })) : []),
    ...(rule.terms ? termVariants(rule.terms).map(({ what, made }) => ({ what: `oblige: ${what}`, made: { ...rule, terms: made } })) : []),
  ];
}

/** The condition with one part dropped, or one matcher widened or narrowed by one value. */
function conditionVariants(condition: Condition, attributes: Attributes): Variant<Condition>[] {
  switch (condition.kind) {
    case "all":
    case "any": {
      const { kind, of } = condition;
      const other = kind === "all" ? ("any" as const) : ("all" as const);
      return [
        ...(of.length > 1 ? [{ what: `${other} instead of ${kind}`, made: { kind: other, of } }] : []),
        ...(of.length > 1 ? of.map((part, index) => ({ what: `${textOf(part)} dropped`, made: { kind, of: of.filter((_, at) => at !== index) } })) : []),
        ...of.flatMap((part, index) => conditionVariants(part, attributes).map(({ what, made }) => ({ what, made: { kind, of: of.with(index, made) } }))),
      ];
    }
    case "not":
      return conditionVariants(condition.of, attributes).map(({ what, made }) => ({ what: `not ${what}`, made: { kind: "not", of: made } }));
    case "value": {
      const { accepted, attribute } = condition;
      return valueLists(accepted, attributes.get(attribute)).map(({ what, made }) => ({ what: `${attribute} ${what}`, made: { ...condition, accepted: made } }));
    }
    case "members": {
      const { values, attribute, mode } = condition;
      const modes = (["any_of", "all_of", "none_of"] as const).filter((other) => other !== mode && (other === "none_of" || mode === "none_of" || values.length > 1));
      return [
        ...valueLists(values, attributes.get(attribute)).map(({ what, made }) => ({ what: `${attribute} ${what}`, made: { ...condition, values: made } })),
        ...modes.map((other) => ({ what: `${attribute} ${other} instead of ${mode}`, made: { ...condition, mode: other } })),
      ];
    }
  }
}

/** One value less, for each; one more: of ordered attributes each neighbour, of others the first that is not there. */
function valueLists(values: readonly string[], attribute: Attribute | undefined): Variant<readonly string[]>[] {
  const narrower = values.length > 1 ? values.map((value) => ({ what: `without ${value}`, made: values.filter((other) => other !== value) })) : [];
  const known = attribute?.values ?? [];
  const ordered = attribute?.type === "ordinal" || attribute?.type === "number";
  const missing = known.filter((value) => !values.includes(value));
  const beside = (value: string): boolean => [-1, 1].some((step) => values.includes(known[known.indexOf(value) + step] ?? ""));
  const added = ordered ? missing.filter(beside) : missing.slice(0, 1);
  return [...narrower, ...added.map((value) => ({ what: `with ${value}`, made: [...values, value] }))];
}

type CandidateNames = ReadonlyMap<CandidateField, readonly string[]>;

function namesOf(deployments: PolicySet["catalog"]["deployments"]): CandidateNames {
  const all = <T>(of: (deployment: (typeof deployments)[number]) => readonly T[]): T[] => [...new Set(deployments.flatMap((one) => [...of(one)]))];
  return new Map<CandidateField, readonly string[]>([
    ["deployment", all(({ id }) => [id])],
    ["provider", all(({ provider }) => [provider.id])],
    ["model", all(({ model }) => [model.id])],
    ["region", all(({ region }) => [region])],
    ["tag", all(({ tags }) => tags)],
    ["tier", all(({ model }) => [model.tier])],
    ["licence", all(({ model }) => [model.licence])],
  ]);
}

function candidateVariants({ fields }: CandidateMatcher, names: CandidateNames): Variant<CandidateMatcher>[] {
  if (fields === null) {
    const first = names.get("tier")?.[0];
    return first === undefined ? [] : [{ what: `only tier ${first}`, made: { fields: { tier: [first] } } }];
  }
  const entries = Object.entries(fields) as [CandidateField, readonly string[]][];
  return entries.flatMap(([field, values]) => {
    const rest = Object.fromEntries(entries.filter(([name]) => name !== field));
    const without = { what: `${field} dropped`, made: { fields: entries.length > 1 ? rest : null } };
    const narrower = values.length > 1 ? values.map((value) => ({ what: `${field} without ${value}`, made: { fields: { ...fields, [field]: values.filter((other) => other !== value) } } })) : [];
    const missing = (names.get(field) ?? []).find((name) => !values.includes(name));
    const wider = missing === undefined ? [] : [{ what: `${field} with ${missing}`, made: { fields: { ...fields, [field]: [...values, missing] } } }];
    return [without, ...narrower, ...wider];
  });
}

function termVariants(terms: ObligationTerms): Variant<ObligationTerms>[] {
  return (Object.keys(terms) as (keyof ObligationTerms)[]).flatMap((field): Variant<ObligationTerms>[] => {
    const value = terms[field];
    if (value === null || (Array.isArray(value) && value.length === 0)) return [];
    const dropped = { what: `${field} dropped`, made: { ...terms, [field]: NO_TERMS[field] } };
    if (typeof value === "boolean") return [dropped, { what: `${field}: ${!value}`, made: { ...terms, [field]: !value } }];
    if (Array.isArray(value)) return value.length < 2 ? [dropped] : (value as readonly string[]).map((name) => ({ what: `${field} without ${name}`, made: { ...terms, [field]: value.filter((other) => other !== name) } }));
    const half = typeof value === "bigint" ? value / 2n : field === "qualityFloor" ? (value as number) / 2 : Math.floor((value as number) / 2);
    const double = typeof value === "bigint" ? value * 2n : field === "qualityFloor" ? (1 + (value as number)) / 2 : Math.max(1, (value as number) * 2);
    return [dropped, ...[half, double].map((other) => ({ what: `${field}: ${other}`, made: { ...terms, [field]: other } }))];
  });
}

function textOf(condition: Condition): string {
  switch (condition.kind) {
    case "value":
    case "members":
      return condition.attribute;
    case "not":
      return `not ${textOf(condition.of)}`;
    default:
      return condition.of.map(textOf).join(` ${condition.kind === "all" ? "and" : "or"} `);
  }
}
