import { isOpinionRound } from "@leverframe/decision";
import type { Attempt, ExcludedCandidate, Funding, Round } from "@leverframe/events";
import { type Section, sectionText } from "./sections";
import { countText, durationText, shareText, usdText } from "./units";

/** The plans of a decision and how they went; a second opinion is a round without a number. */
export function roundTexts(rounds: readonly Round[], columnsMax: number): string[] {
  let number = 0;
  return rounds.map((round) => roundText(round, isOpinionRound(round) ? "SECOND OPINION" : `ROUND ${++number}`, columnsMax));
}

function roundText(round: Round, title: string, columnsMax: number): string {
  const { selection, funding, attempts, evaluation } = round;
  const facts: Section = [
    ["why", selection.reason],
    ["expected", `quality ${selection.expectedQuality.toFixed(2)}, cost ${usdText(selection.expectedCostNanoUsd)}, confidence ${shareText(selection.confidence)} (${selection.strategy})`],
    ["fallbacks", selection.fallbacks.join(", then ")],
    ["left out", excludedText(selection.excluded)],
    ["funded", funding === null ? "not funded" : fundingText(funding)],
    ["not paid for", funding === null ? "" : excludedText(funding.unaffordable)],
    ...attempts.map((attempt, index): [string, string] => [`call ${index + 1}`, attemptText(attempt)]),
    ...(evaluation?.checks ?? []).map(({ check, passed, reason }, index): [string, string] => [
      index === 0 ? "checks" : "",
      `${passed ? "✓" : "✗"} ${check}${reason === "" ? "" : `: ${reason}`}`,
    ]),
    ["verdict", evaluation === null ? "" : `${evaluation.verdict}: ${evaluation.reason}`],
  ];
  return sectionText(`${title} → ${selection.choice}`, facts, columnsMax);
}

/** Candidates by cause, so that ten left out for one reason are one fact. */
export function excludedText(excluded: readonly ExcludedCandidate[]): string {
  const byCause = new Map<string, string[]>();
  for (const { candidate, cause } of excluded) byCause.set(cause, [...(byCause.get(cause) ?? []), candidate]);
  return [...byCause].map(([cause, candidates]) => `${candidates.join(", ")} (${cause})`).join("; ");
}

function fundingText({ reservedNanoUsd, plan, scopes }: Funding): string {
  const calls = plan.map(({ candidate, attemptsMax, worstCaseNanoUsd }) => `${candidate} ${attemptsMax} × ${usdText(worstCaseNanoUsd)}`);
  return `${usdText(reservedNanoUsd)} reserved as the worst case of ${calls.join(" + ")}, on ${scopes.join(", ")}`;
}

function attemptText({ candidate, outcome, error, latencyMicros, usage, costNanoUsd, region, notes }: Attempt): string {
  const tokens = usage === null ? "no usage" : `${countText(usage.inputTokens)} → ${countText(usage.outputTokens)} tokens`;
  const reason = error === null ? "" : `, ${error}`;
  return `${candidate} (${region}) ${outcome}${reason}, ${durationText(latencyMicros)}, ${tokens}, ${usdText(costNanoUsd)}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}
