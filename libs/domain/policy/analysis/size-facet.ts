import type { Deployment } from "@leverframe/catalog";
import { OUTPUT_TOKENS_ASSUMED } from "../candidates";
import type { Facet, RawValue } from "./facet";

export const SIZE = "size";

export interface SizeValue extends RawValue {
  readonly inputTokens: number;
  readonly maxOutputTokens: number | null;
}

/** Enough context and no more: what a deployment's model can take in and give out. */
export interface Room {
  readonly contextTokensMax: number;
  readonly outputTokensMax: number;
}

/** Whether the request fits when rules bound its output; `limit` null: no rule does. The same sum as `judgeCandidates`. */
export function fits({ contextTokensMax, outputTokensMax }: Room, { inputTokens, maxOutputTokens }: SizeValue, limit: number | null): boolean {
  const wanted = Math.min(maxOutputTokens ?? OUTPUT_TOKENS_ASSUMED, limit ?? Infinity);
  return inputTokens + Math.min(wanted, outputTokensMax) <= contextTokensMax;
}

const INPUT_NATURAL = 1_000;

/**
 * Tokens in and tokens asked for, together: whether a model has the room depends on their sum, so neither can be cut
 * into bands alone. Between neighbouring points where two of the bounds meet, the order of all bounds stays the same;
 * so a point on, before and behind each meeting is enough, and beside it the same for the input at that output.
 * Points that nothing tells apart are one value: `tells` says what tells them apart besides the room.
 */
export function sizeFacet(deployments: readonly Deployment[], limits: readonly number[], cuts: readonly number[], tells: (value: SizeValue) => string): Facet {
  const rooms = [...new Map(deployments.map(({ model }) => [`${model.contextTokensMax} ${model.outputTokensMax}`, model])).values()];
  const bounds = [null, ...limits];
  const found = new Map<string, SizeValue>();
  const outputs = [null, ...outputsThatMatter(rooms, limits, cuts)];
  for (const maxOutputTokens of outputs) {
    for (const inputTokens of inputsThatMatter(rooms, bounds, cuts, maxOutputTokens)) {
      const value = sizeValue(inputTokens, maxOutputTokens);
      let key = tells(value);
      for (const room of rooms) for (const limit of bounds) key += fits(room, value, limit) ? "1" : "0";
      if (!found.has(key)) found.set(key, value);
    }
  }
  return { key: SIZE, label: "size", values: [...found.values()] };
}

function sizeValue(inputTokens: number, maxOutputTokens: number | null): SizeValue {
  const asked = maxOutputTokens === null ? "" : `, ${maxOutputTokens} output tokens asked for`;
  return {
    shown: `${inputTokens} input tokens${asked}`,
    inputTokens,
    maxOutputTokens,
    put(draft) {
      draft.maxOutputTokens = maxOutputTokens;
      draft.classification.inputTokensMax = inputTokens;
    },
  };
}

/** Outputs at which two bounds of the input change places, and their neighbours. */
function outputsThatMatter(rooms: readonly Room[], limits: readonly number[], cuts: readonly number[]): number[] {
  const caps = new Set([...limits, ...rooms.map(({ outputTokensMax }) => outputTokensMax)]);
  const meetings = new Set(caps);
  const levels = [...cuts, ...cuts.map((cut) => cut - 1)];
  for (const { contextTokensMax } of rooms) {
    for (const other of rooms) for (const cap of caps) meetings.add(contextTokensMax - other.contextTokensMax + cap);
    for (const level of levels) meetings.add(contextTokensMax - level);
    meetings.add(contextTokensMax);
  }
  const largest = Math.max(0, ...caps) + 1;
  const around = [...meetings].flatMap((at) => [at - 1, at, at + 1]).filter((at) => at >= 1 && at <= largest);
  return [...new Set([1, ...around])].sort((a, b) => a - b);
}

function inputsThatMatter(rooms: readonly Room[], bounds: readonly (number | null)[], cuts: readonly number[], maxOutputTokens: number | null): number[] {
  const inputs = new Set([INPUT_NATURAL, 0]);
  for (const cut of cuts) inputs.add(cut - 1).add(cut);
  for (const { contextTokensMax, outputTokensMax } of rooms) {
    for (const limit of bounds) {
      const most = contextTokensMax - Math.min(maxOutputTokens ?? OUTPUT_TOKENS_ASSUMED, limit ?? Infinity, outputTokensMax);
      inputs.add(most).add(most + 1);
    }
  }
  return [...inputs].filter((input) => input >= 0);
}
