import { combine, hash32, Random } from "../random";
import { FaultError, faultText, toFault, type Fault } from "./fault";
import type { FaultMarker } from "./marker";

/** A fault for the calls that match. Rules are tried in order, after the prompt's own markers. */
export interface FaultRule {
  readonly id?: string;
  /** Exact name, or a prefix ending in `*`; every model when absent. */
  readonly model?: string;
  readonly provider?: string;
  /** Only prompts that contain this text. */
  readonly contains?: string;
  /** With `fault`: how likely it is for each matching call, drawn from the seed. 1 when absent. */
  readonly probability?: number;
  /** With `fault`: how many calls it strikes before it is spent. */
  readonly timesMax?: number;
  readonly fault?: Fault | string;
  /** Instead of `fault`: one entry per matching call, in the order of arrival; null or `ok` is no fault. */
  readonly sequence?: readonly (Fault | string | null)[];
  /** Starts the sequence anew after its end. */
  readonly repeat?: boolean;
}

export interface RuleState {
  readonly id: string;
  readonly matched: number;
  readonly struck: number;
}

export interface CallTraits {
  readonly model: string;
  readonly provider: string;
  readonly prompt: string;
  /** The request id, or else the prompt's digest: what a marker's count belongs to. */
  readonly markerScope: string;
  /** The word that all of this call's draws start from. */
  readonly seedWord: number;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly id: string;
  readonly faults: readonly (Fault | null)[];
  matched: number;
  struck: number;
}

/** Bounds the memory that marker counts take in a long run; the oldest are forgotten. */
const MARKER_COUNTS_MAX = 200_000;

function activate(rule: FaultRule, index: number): ActiveRule {
  const id = rule.id ?? `rule-${index}`;
  if ((rule.fault === undefined) === (rule.sequence === undefined)) {
    throw new FaultError(`\`${id}\` needs either a fault or a sequence`);
  }
  const { probability = 1 } = rule;
  if (!(probability >= 0 && probability <= 1)) throw new FaultError(`probability of \`${id}\` must be between 0 and 1`);
  const faults = rule.fault === undefined ? (rule.sequence ?? []).map(toFault) : [toFault(rule.fault)];
  return { rule, id, faults, matched: 0, struck: 0 };
}

function matches(rule: FaultRule, call: CallTraits): boolean {
  if (rule.provider !== undefined && rule.provider !== call.provider) return false;
  if (rule.contains !== undefined && !call.prompt.includes(rule.contains)) return false;
  if (rule.model === undefined) return true;
  return rule.model.endsWith("*") ? call.model.startsWith(rule.model.slice(0, -1)) : rule.model === call.model;
}

/** `slow` adds to whatever else happens; every other fault excludes the ones after it. */
function isModifier(fault: Fault): boolean {
  return fault.kind === "slow";
}

/** Decides which faults strike a call. */
export class FaultScript {
  private rules: ActiveRule[] = [];
  private readonly markerCounts = new Map<string, number>();
  private created = 0;

  add(rules: readonly FaultRule[]): void {
    const added = rules.map((rule, index) => activate(rule, this.created + index));
    this.created += rules.length;
    this.rules = [...this.rules, ...added];
  }

  clear(): void {
    this.rules = [];
    this.markerCounts.clear();
    this.created = 0;
  }

  states(): RuleState[] {
    return this.rules.map(({ id, matched, struck }) => ({ id, matched, struck }));
  }

  /** At most one fault that isn't a modifier; a rule after it is neither asked nor counted. */
  strike(call: CallTraits, markers: readonly FaultMarker[]): Fault[] {
    const struck: Fault[] = [];
    for (const marker of markers) {
      if (marker.fault === null || !this.markerStrikes(marker, call)) continue;
      struck.push(marker.fault);
      if (!isModifier(marker.fault)) return struck;
    }
    for (const active of this.rules) {
      if (!matches(active.rule, call)) continue;
      const fault = this.draw(active, call);
      if (fault === null) continue;
      active.struck++;
      struck.push(fault);
      if (!isModifier(fault)) return struck;
    }
    return struck;
  }

  private markerStrikes(marker: FaultMarker, call: CallTraits): boolean {
    if (marker.model !== null && marker.model !== call.model) return false;
    if (marker.timesMax === Infinity) return true;
    const key = `${call.markerScope} ${marker.text}`;
    const count = this.markerCounts.get(key) ?? 0;
    if (count >= marker.timesMax) return false;
    if (this.markerCounts.size >= MARKER_COUNTS_MAX) this.forgetOldest();
    this.markerCounts.set(key, count + 1);
    return true;
  }

  private forgetOldest(): void {
    const oldest = this.markerCounts.keys().next();
    if (oldest.done !== true) this.markerCounts.delete(oldest.value);
  }

  private draw(active: ActiveRule, call: CallTraits): Fault | null {
    const turn = active.matched++;
    const { rule, faults } = active;
    if (rule.sequence !== undefined) {
      const index = rule.repeat === true && faults.length > 0 ? turn % faults.length : turn;
      return faults[index] ?? null;
    }
    if (rule.timesMax !== undefined && active.struck >= rule.timesMax) return null;
    if (rule.probability !== undefined) {
      const random = new Random(combine(call.seedWord, hash32(active.id)));
      if (random.next() >= rule.probability) return null;
    }
    return faults[0] ?? null;
  }
}

export function faultTexts(faults: readonly Fault[]): string[] {
  return faults.map(faultText);
}
