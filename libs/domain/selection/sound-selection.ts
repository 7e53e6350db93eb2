import type { ExcludedCandidate, Selection } from "@leverframe/events";

/** A selector's output as something that may be acted on and recorded; `defect` says why it is none. */
export interface SoundSelection {
  readonly selection: Selection;
  readonly defect: string | null;
}

/** Far more than a chain needs, far less than a record holds. */
const FALLBACKS_MAX = 32;
const EXCLUDED_MAX = 256;
const NAME_CHARACTERS_MAX = 200;
const TEXT_CHARACTERS_MAX = 2_000;
/** The range of a record's whole numbers. */
const COST_MAX = 2n ** 63n - 1n;

/**
 * Whatever chooses (a rule, a learned model, an LLM) is not trusted: its output is taken as a selection only when it has
 * exactly a selection's shape, and never more of it than a record can carry. So a request is answered and its decision
 * stored whatever the selector says. What the names mean is not judged here: the permit does that.
 */
export function soundSelection(claimed: unknown): SoundSelection {
  const defect = defectOf(claimed);
  if (defect !== null) return { selection: { ...NONE, reason: defect }, defect };
  const selection = claimed as Selection;
  return { selection: isBounded(selection) ? selection : bounded(selection), defect: null };
}

const NONE: Selection = {
  choice: "", fallbacks: [], strategy: "none", reason: "", confidence: 0, expectedCostNanoUsd: 0n, expectedQuality: 0, excluded: [],
};

function defectOf(claimed: unknown): string | null {
  if (typeof claimed !== "object" || claimed === null) return "the selector's output is no selection";
  const { choice, fallbacks, strategy, reason, confidence, expectedCostNanoUsd, expectedQuality, excluded } = claimed as Partial<Selection>;
  const sound: readonly (readonly [string, boolean])[] = [
    ["choice", typeof choice === "string"],
    ["fallbacks", Array.isArray(fallbacks) && fallbacks.every((name) => typeof name === "string")],
    ["strategy", typeof strategy === "string"],
    ["reason", typeof reason === "string"],
    ["confidence", isShare(confidence)],
    ["expectedCostNanoUsd", typeof expectedCostNanoUsd === "bigint" && expectedCostNanoUsd >= 0n && expectedCostNanoUsd <= COST_MAX],
    ["expectedQuality", isShare(expectedQuality)],
    ["excluded", Array.isArray(excluded) && excluded.every(isExcluded)],
  ];
  const [field] = sound.find(([, holds]) => !holds) ?? [];
  return field === undefined ? null : `the selector's output is no selection: \`${field}\` is not what a selection has`;
}

const isShare = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 1;

function isExcluded(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { candidate, cause } = value as Partial<ExcludedCandidate>;
  return typeof candidate === "string" && typeof cause === "string";
}

function isBounded({ choice, fallbacks, strategy, reason, excluded }: Selection): boolean {
  if (fallbacks.length > FALLBACKS_MAX || excluded.length > EXCLUDED_MAX) return false;
  if (choice.length > NAME_CHARACTERS_MAX || strategy.length > NAME_CHARACTERS_MAX || reason.length > TEXT_CHARACTERS_MAX) return false;
  return (
    fallbacks.every((name) => name.length <= NAME_CHARACTERS_MAX) &&
    excluded.every(({ candidate, cause }) => candidate.length <= NAME_CHARACTERS_MAX && cause.length <= NAME_CHARACTERS_MAX)
  );
}

/** A cut name is no candidate's name any more, so nothing is called by it. */
function bounded(selection: Selection): Selection {
  const name = (text: string) => text.slice(0, NAME_CHARACTERS_MAX);
  return {
    ...selection,
    choice: name(selection.choice),
    fallbacks: selection.fallbacks.slice(0, FALLBACKS_MAX).map(name),
    strategy: name(selection.strategy),
    reason: selection.reason.slice(0, TEXT_CHARACTERS_MAX),
    excluded: selection.excluded.slice(0, EXCLUDED_MAX).map(({ candidate, cause }) => ({ candidate: name(candidate), cause: name(cause) })),
  };
}
