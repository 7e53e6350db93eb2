import { DEFER_SECONDS_MAX, FALLBACK_TRIGGERS, REDACTABLE, RESPONSE_POLICIES, RETENTION_DAYS_MIN } from "@leverframe/permit";
import { type Attribute, BUILT_IN_ATTRIBUTES } from "../attributes";
import { CANDIDATE_FIELDS, type CandidateField, CLOSED_CANDIDATE_FIELDS } from "../candidate-matcher";
import { ORDER_FIELDS, SET_MODES } from "../condition";
import { type CALL_FIELDS, ESCALATIONS_MAX, type LIMIT_FIELDS, type TERM_FIELDS } from "../obligation-terms";
import { EFFECTS, MODES, RULE_ID, type RULE_FIELDS } from "../rules";
import { ID } from "../source/names";
import { about, flag, integer, items, matching, oneOf, oneOrMore, record, ref, type Schema, text, usd } from "./json-schema";

/** What rules, proofs, routes and cases share. */
export function ruleDefinitions(): Readonly<Record<string, Schema>> {
  return { condition: condition(), candidates: candidates(), obligations: record(terms(), [], { minProperties: 1 }) };
}

export function ruleSchema(): Schema {
  const fields: Record<(typeof RULE_FIELDS)[number], Schema> = {
    id: about("Stable: it stands on every decision.", matching(RULE_ID)),
    why: about("The reason that people read in refusals; obligatory for forbid and require.", text),
    owner: text,
    mode: about("Only `enforce` changes anything; the others are recorded on the permit.", oneOf(MODES)),
    forbid: about("These are never permitted, whatever other rules say.", ref("candidates")),
    require: about("Nothing but these is permitted.", ref("candidates")),
    allow: about("These are permitted, unless a forbid or require says otherwise.", ref("candidates")),
    prefer: about("These are chosen before others.", ref("candidates")),
    oblige: about("What must be kept to.", ref("obligations")),
    when: about("All of it must hold; without it, the rule always applies.", ref("condition")),
    unless: about("Where it holds the rule does not apply.", ref("condition")),
  };
  return record(fields, ["id"], {
    oneOf: EFFECTS.map((effect) => ({ required: [effect] })),
    dependencies: { forbid: ["why"], require: ["why"] },
  });
}

/** Attributes of `attributes.yaml` are open here: the parser knows their values, the editor their form. */
function condition(): Schema {
  const builtIn = Object.fromEntries(BUILT_IN_ATTRIBUTES.map((attribute) => [attribute.name, matcherOf(attribute)]));
  const nested = oneOrMore(ref("condition"));
  return {
    type: "object",
    minProperties: 1,
    properties: { any: about("At least one of these holds.", nested), all: about("Each of these holds.", nested), not: ref("condition"), ...builtIn },
    additionalProperties: matcher(text, [...SET_MODES, ...ORDER_FIELDS]),
  };
}

function matcherOf({ type, values, source }: Attribute): Schema {
  // Bands may be named anew by attributes.yaml, so only the closed lists are given.
  const value = values && type !== "number" ? oneOf(values) : text;
  const modes = type === "set" ? SET_MODES : type === "ordinal" || type === "number" ? ORDER_FIELDS : (["any_of", "none_of"] as const);
  return about(`${type} from ${source}`, matcher(value, modes));
}

function matcher(value: Schema, modes: readonly string[]): Schema {
  const ofMode = (mode: string) => ((ORDER_FIELDS as readonly string[]).includes(mode) ? value : oneOrMore(value));
  const object = { ...record(Object.fromEntries(modes.map((mode) => [mode, ofMode(mode)]))), minProperties: 1 };
  return { anyOf: [value, { type: "array", items: value, minItems: 1 }, object] };
}

function candidates(): Schema {
  const names = (field: CandidateField): Schema => (CLOSED_CANDIDATE_FIELDS[field] ? oneOf(CLOSED_CANDIDATE_FIELDS[field]) : text);
  const fields = Object.fromEntries(CANDIDATE_FIELDS.map((field) => [field, oneOrMore(names(field))]));
  return { anyOf: [{ const: "all" }, record(fields, [], { minProperties: 1 })] };
}

export function limits(): Record<(typeof LIMIT_FIELDS)[number], Schema> {
  return {
    latencyMsMax: about("Of one call, in milliseconds.", integer(1)),
    costUsdMax: about("Ceiling of what the request may cost, in dollars.", usd),
    qualityFloor: about("The selector takes no candidate whose expected quality is lower.", { type: "number", minimum: 0, maximum: 1 }),
    escalationsMax: integer(0, ESCALATIONS_MAX),
    deferSecondsMax: about("What cannot be paid or carried out now may wait this long after its arrival, instead of being refused; the shortest of those that apply.", integer(1, DEFER_SECONDS_MAX)),
  };
}

export function calls(): Record<(typeof CALL_FIELDS)[number], Schema> {
  return {
    hedge: about("A second call beside a slow one, inside the plan; the first to answer counts, both are paid.", flag),
    hedgeAfterMs: about("When a call counts as slow; without it, at the 95th percentile of its deployment's latencies.", integer(1)),
    prune: about("What is oldest of a prompt that is too long may be left out: turns, then tool results, then retrieved context.", flag),
  };
}

const explained = (names: Readonly<Record<string, string>>): string => Object.entries(names).map(([name, what]) => `\`${name}\` (${what})`).join(", ");
const mapped = (policies: Readonly<Record<string, { readonly about: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(policies).map(([name, { about: what }]) => [name, what]));

function terms(): Record<(typeof TERM_FIELDS)[number], Schema> {
  const names = oneOrMore(matching(ID));
  return {
    ...limits(),
    outputTokensMax: integer(1),
    checks: about("Evaluation checks that the answer must pass.", oneOrMore(text)),
    redact: about(`Identifiers that no provider may read: ${explained(REDACTABLE)}.`, oneOrMore(oneOf(Object.keys(REDACTABLE)))),
    auditTags: names,
    responsePolicies: about(`What the answer must keep to: ${explained(mapped(RESPONSE_POLICIES))}.`, oneOrMore(oneOf(Object.keys(RESPONSE_POLICIES)))),
    retentionDaysMax: about("How many days anything about the request may be kept, the journal of money aside. The log keeps what it holds for seven.", integer(RETENTION_DAYS_MIN)),
    requestsPerMinuteMax: about("Throttles: of the department's requests that this is said of, so many may be paid for in one minute (UTC) of their arrival.", integer(1)),
    humanReview: flag,
    streaming: flag,
    cache: flag,
    fallbackOnRefusal: about("A provider's content refusal may be retried at another candidate.", flag),
    noFallbackOn: about("What is not answered by asking another candidate.", oneOrMore(oneOf(FALLBACK_TRIGGERS))),
    ...calls(),
  };
}

/** The files of `proofs/`. */
export function proofsSchema(): Schema {
  const claim = { permits: ref("candidates"), permitsOnly: ref("candidates"), obliges: ref("obligations"), refused: flag, any: oneOrMore(ref("claim")) };
  const claimed = { anyOf: Object.keys(claim).map((field) => ({ required: [field] })) };
  const property = record({ when: ref("condition"), unless: ref("condition"), ...claim }, [], claimed);
  const proof = record({ name: text, why: text, never: property, always: property }, ["name"], { oneOf: [{ required: ["never"] }, { required: ["always"] }] });
  const acknowledgement = record({ finding: text, rules: oneOrMore(text), when: ref("condition"), why: text }, ["finding", "why"]);
  return { ...record({ proofs: items(proof), acknowledged: items(acknowledgement) }), definitions: { ...ruleDefinitions(), claim: record(claim, [], claimed) } };
}
