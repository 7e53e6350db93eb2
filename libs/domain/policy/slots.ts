import type { Classification, Origin, Request, RiskSignal } from "@leverframe/events";
import type { Attribute } from "./attributes";
import { FALSE, TRUE, UNKNOWN } from "./certainty";
import type { Condition } from "./condition";
import type { OriginFacts } from "./origin-facts";

/** What a decision may look at. The prompt is not among it. */
export interface DecisionInput {
  /** Id of the request as all its events carry it. */
  readonly requestId: string;
  readonly origin: Origin;
  readonly request: Pick<Request, "route" | "attributes" | "maxOutputTokens">;
  readonly classification: Classification;
  /**
   * Attributes of moving state, recorded on the permit: `{budgetBand: "ok"}`. `timeWindow` may stand here (a replay, a
   * case); otherwise it follows from the arrival.
   */
  readonly state?: Readonly<Record<string, string>>;
}

/** A value as it came; undefined or null when there is none. */
type Raw = unknown;
type Source = (input: DecisionInput, route: string) => Raw;

/**
 * Every attribute that some rule asks about, as small integers, so that a condition is a table look-up. A scalar has
 * one slot: 0 unknown, 1 a known value that no rule names, 2… the values that rules name. A set has one slot for each
 * member that rules name, holding a `Certainty`.
 */
export interface SlotPlan {
  readonly size: number;
  /** Slot of a scalar, and the code of each of its values. */
  readonly scalars: ReadonlyMap<string, { readonly slot: number; readonly codes: ReadonlyMap<string, number> }>;
  /** Slot of each member, as `attribute member`. */
  readonly members: ReadonlyMap<string, number>;
  fill(slots: Uint16Array, input: DecisionInput, route: string): void;
  /** Slots that a condition looks at. */
  slotsOf(condition: Condition): ReadonlySet<number>;
  /** How many codes the slot may hold. */
  codesOf(slot: number): number;
  /** The state that was handed in, and what every state attribute that some rule asks about was taken for. */
  stateOf(input: DecisionInput): Readonly<Record<string, string>>;
}

export const UNKNOWN_CODE = 0;
const OTHER_CODE = 1;
const CERTAINTIES = 3;

/** Recorded for a state attribute that had neither a value nor a default: rules that restrict fired on it. */
export const UNKNOWN_STATE = "unknown";

export function planSlots(attributes: ReadonlyMap<string, Attribute>, conditions: readonly Condition[], facts: OriginFacts): SlotPlan {
  const named = new Map<string, Set<string>>();
  for (const condition of conditions) collect(condition, named);
  const scalars = new Map<string, { slot: number; codes: Map<string, number> }>();
  const members = new Map<string, number>();
  const codeCounts = new Map<number, number>();
  const fillers: ((slots: Uint16Array, input: DecisionInput, route: string) => void)[] = [];
  const stateful: { key: string; read: (input: DecisionInput) => string }[] = [];
  let size = 0;
  for (const [name, values] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const attribute = attributes.get(name);
    if (!attribute) continue;
    const source = sourceOf(attribute.source, facts);
    if (attribute.source.startsWith("state.")) {
      const key = attribute.source.slice("state.".length);
      stateful.push({ key, read: (input) => String(source(input, "") ?? attribute.default ?? UNKNOWN_STATE) });
    }
    const first = size;
    if (attribute.type === "set") {
      const slotOf = new Map([...values].map((value) => [value, size++]));
      for (const [value, slot] of slotOf) members.set(memberKey(name, value), slot);
      fillers.push(setFiller(attribute, source, slotOf, first, size));
    } else {
      const codes = new Map((attribute.values ?? [...values]).map((value, index) => [value, index + 2]));
      codeCounts.set(size, codes.size + 2);
      scalars.set(name, { slot: size++, codes });
      const encode = attribute.type === "number" ? numberCode(attribute) : textCode(attribute, codes);
      fillers.push((slots, input, route) => {
        slots[first] = encode(source(input, route) ?? attribute.default);
      });
    }
  }
  return {
    size,
    scalars,
    members,
    fill(slots, input, route) {
      for (const filler of fillers) filler(slots, input, route);
    },
    slotsOf: (condition) => slotsAsked(condition, scalars, members),
    codesOf: (slot) => codeCounts.get(slot) ?? CERTAINTIES,
    stateOf(input) {
      const state: Record<string, string> = { ...input.state };
      for (const { key, read } of stateful) state[key] = read(input);
      return state;
    },
  };
}

export function memberKey(attribute: string, member: string): string {
  return `${attribute} ${member}`;
}

function slotsAsked(condition: Condition, scalars: SlotPlan["scalars"], members: SlotPlan["members"]): ReadonlySet<number> {
  const named = new Map<string, Set<string>>();
  collect(condition, named);
  const slots = [...named].flatMap(([name, values]) => {
    const scalar = scalars.get(name);
    return scalar ? [scalar.slot] : [...values].map((value) => members.get(memberKey(name, value)) ?? 0);
  });
  return new Set(slots);
}

function collect(condition: Condition, named: Map<string, Set<string>>): void {
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.of.forEach((part) => collect(part, named));
    case "not":
      return collect(condition.of, named);
    case "value":
      return name(condition.attribute, condition.accepted, named);
    case "members":
      return name(condition.attribute, condition.values, named);
  }
}

function name(attribute: string, values: readonly string[], named: Map<string, Set<string>>): void {
  const known = named.get(attribute) ?? new Set();
  named.set(attribute, known);
  for (const value of values) known.add(value);
}

/** A value outside the declared ones is as good as none; of an open attribute, it is just another one. */
function textCode(attribute: Attribute, codes: ReadonlyMap<string, number>): (raw: Raw) => number {
  const otherwise = attribute.values ? UNKNOWN_CODE : OTHER_CODE;
  return (raw) => (typeof raw === "string" ? (codes.get(raw) ?? otherwise) : UNKNOWN_CODE);
}

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,9})?$/;

function numberCode(attribute: Attribute): (raw: Raw) => number {
  const cuts = attribute.cuts ?? [];
  return (raw) => {
    const value = typeof raw === "string" && DECIMAL.test(raw) ? Number(raw) : raw;
    if (typeof value !== "number" || !Number.isFinite(value)) return UNKNOWN_CODE;
    let band = 0;
    while (band < cuts.length && value >= (cuts[band] as number)) band++;
    return band + 2;
  };
}

/** A member outside the declared ones might stand for any of those that rules ask about. */
function setFiller(attribute: Attribute, source: Source, slotOf: ReadonlyMap<string, number>, from: number, to: number) {
  const declared = attribute.values && new Set(attribute.values);
  return (slots: Uint16Array, input: DecisionInput, route: string): void => {
    const raw = source(input, route) ?? attribute.default;
    const members = typeof raw === "string" ? list(raw) : Array.isArray(raw) ? raw : null;
    slots.fill(members ? FALSE : UNKNOWN, from, to);
    if (!members) return;
    for (const member of members) {
      if (declared && !declared.has(member)) raise(slots, from, to);
      const slot = slotOf.get(member);
      if (slot !== undefined) slots[slot] = TRUE;
    }
  };
}

function raise(slots: Uint16Array, from: number, to: number): void {
  for (let slot = from; slot < to; slot++) if (slots[slot] === FALSE) slots[slot] = UNKNOWN;
}

function sourceOf(source: string, facts: OriginFacts): Source {
  if (source === "route") return (_, route) => route;
  if (source === "classification.riskSignals") return signalsOf;
  if (source === "facts.userGroups") return ({ origin }) => facts.userGroups(origin);
  if (source === "facts.budgetTier") return ({ origin }) => facts.budgetTier(origin);
  if (source === "state.timeWindow") return ({ origin, state }) => own(state ?? {}, "timeWindow") ?? facts.timeWindow(origin);
  const [, room, key] = /^(origin|classification|request\.attributes|state)\.(.+)$/.exec(source) ?? [];
  if (room === "origin") return ({ origin }) => origin[key as keyof Origin];
  if (room === "classification") return ({ classification }) => classification[key as keyof Classification];
  if (room === "state") return ({ state }) => own(state ?? {}, key ?? "");
  return ({ request }) => own(request.attributes, key ?? "");
}

function signalsOf({ classification: { riskSignals } }: DecisionInput): Raw {
  return Array.isArray(riskSignals) ? riskSignals.map(({ signal }: RiskSignal) => signal) : null;
}

/** Members that a request names in one text, such as `gdpr, hipaa`. */
function list(text: string): string[] {
  return text.split(",").flatMap((member) => member.trim() || []);
}

/** Names come from outside: `constructor` is no attribute of anybody's request. */
function own(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
