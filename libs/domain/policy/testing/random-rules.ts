import fc from "fast-check";
import { RISK_CLASS_VALUES } from "@leverframe/events";
import type { DecisionInput } from "../index";
import { ask } from "./small-set";

/** A rule as the YAML would parse to. */
export interface JsonRule {
  readonly id: string;
  readonly why?: string;
  readonly mode?: string;
  readonly forbid?: JsonCandidates;
  readonly require?: JsonCandidates;
  readonly allow?: JsonCandidates;
  readonly prefer?: JsonCandidates;
  readonly oblige?: { readonly outputTokensMax: number };
  readonly when?: JsonCondition;
  readonly unless?: JsonCondition;
}
export type JsonCandidates = "all" | Readonly<Record<string, readonly string[]>>;
export type JsonCondition = Readonly<Record<string, unknown>>;

export const ALL_DEPARTMENTS = ["Sales", "Legal", "R&D"] as const;

const some = (...values: string[]) => fc.subarray(values, { minLength: 1 });

const matcher: fc.Arbitrary<JsonCondition> = fc.oneof(
  fc.record({ department: some(...ALL_DEPARTMENTS) }),
  fc.record({ riskClass: some(...RISK_CLASS_VALUES) }),
  fc.record({ riskClass: fc.record({ at_least: fc.constantFrom(...RISK_CLASS_VALUES) }) }),
  fc.record({ channel: some("web", "slack") }),
  fc.record({ riskSignals: fc.record({ any_of: some("phi", "legal", "secret") }) }),
  fc.record({ riskSignals: fc.record({ none_of: some("phi", "legal") }) }),
  fc.record({ department: some(...ALL_DEPARTMENTS), riskClass: some(...RISK_CLASS_VALUES) }),
  fc.record({ department: some(...ALL_DEPARTMENTS), channel: some("web", "slack"), riskSignals: some("phi", "secret") }),
);

const condition: fc.Arbitrary<JsonCondition> = fc.oneof(
  { weight: 4, arbitrary: matcher },
  { weight: 1, arbitrary: fc.record({ any: fc.array(matcher, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ all: fc.array(matcher, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ not: matcher }) },
);

const candidates: fc.Arbitrary<JsonCandidates> = fc.oneof(
  fc.constant("all" as const),
  fc.record({ licence: some("oss", "commercial") }),
  fc.record({ region: some("eu", "us") }),
  fc.record({ tier: some("economy", "standard", "premium"), region: some("eu", "us") }),
  fc.record({ deployment: some("big-us", "big-eu", "mid-us", "small-eu") }),
  fc.record({ tag: some("cloud", "boundary", "oss") }),
);

const effect: fc.Arbitrary<Partial<JsonRule>> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ allow: candidates }) },
  { weight: 1, arbitrary: fc.record({ forbid: candidates }) },
  { weight: 1, arbitrary: fc.record({ require: candidates }) },
  { weight: 1, arbitrary: fc.record({ prefer: candidates }) },
  { weight: 1, arbitrary: fc.record({ oblige: fc.record({ outputTokensMax: fc.integer({ min: 1, max: 4_000 }) }) }) },
);

const body = fc.record(
  { effect, mode: fc.constantFrom("enforce", "enforce", "shadow"), when: condition, unless: condition },
  { requiredKeys: ["effect"] },
);

/** Sets of 1 to 14 rules with ids whose order has nothing to do with that of the lines. */
export const rulesArbitrary: fc.Arbitrary<readonly JsonRule[]> = fc
  .tuple(
    fc.array(body, { minLength: 1, maxLength: 14 }),
    fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/), { minLength: 14, maxLength: 14 }),
  )
  .map(([bodies, ids]) => bodies.map(({ effect, ...rest }, index) => ({ id: ids[index] ?? "", why: "because", ...effect, ...rest })));

/** Requests over the same attributes, some of which are missing or hold what nobody declared. */
export const requestArbitrary: fc.Arbitrary<DecisionInput> = fc
  .record({
    department: fc.constantFrom(...ALL_DEPARTMENTS, "Nowhere"),
    riskClass: fc.constantFrom(...RISK_CLASS_VALUES),
    signals: fc.subarray(["phi", "legal", "secret", "undeclared"]),
    channel: fc.constantFrom(null, "web", "slack", "fax"),
  })
  .map(({ department, riskClass, signals, channel }) =>
    ask({ department, signals, attributes: channel === null ? {} : { channel }, classification: { riskClass } }),
  );
