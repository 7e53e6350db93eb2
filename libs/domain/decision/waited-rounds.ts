import type { Round } from "@leverframe/events";
import { isOpinionRound } from "./opinion-round";

/**
 * A round that lacked capacity and after which the request waited: it was carried out and nobody judged it. What follows is
 * a plan of its own, no better one of the same.
 */
const waitedAfter = (round: Round): boolean => round.evaluation === null && !isOpinionRound(round);

/** Of the rounds before the one at hand: those since the request waited last, which the plan at hand is to do better than. */
export function roundsSinceWait(earlier: readonly Round[]): readonly Round[] {
  return earlier.slice(earlier.findLastIndex(waitedAfter) + 1);
}

/** Without the rounds that the request waited after; the last one is the one that ended it. */
export function withoutWaits(rounds: readonly Round[]): readonly Round[] {
  return rounds.filter((round, index) => index === rounds.length - 1 || !waitedAfter(round));
}
