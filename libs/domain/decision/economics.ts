import { type Catalog, costOf, priceAt } from "@leverframe/catalog";
import type { Attempt, Round } from "@leverframe/events";
import type { NanoUsd } from "@leverframe/kernel";
import { RESPONSE_POLICIES } from "@leverframe/permit";
import { answerRounds } from "./opinion-round";
import { withoutWaits } from "./waited-rounds";

/** Ends that come with an output: a refusal is one too. */
const ANSWERING: ReadonlySet<string> = new Set(["succeeded", "content_refused", "safety_blocked"]);

/** Stands on an attempt whose rival, under way at the same time, answered first. */
const HEDGE_LOST = "hedge_lost";

/** The attempt whose output is the newest one, over all rounds: a second opinion is no answer. */
export function answeringAttempt(rounds: readonly Round[]): Attempt | null {
  for (const round of answerRounds(rounds).toReversed()) {
    const attempt = round.attempts.findLast(({ outcome, notes }) => ANSWERING.has(outcome) && !notes.includes(HEDGE_LOST));
    if (attempt) return attempt;
  }
  return null;
}

/** The attempt whose output could go out: one whose output was withheld by a response policy could not. */
export function releasedAttempt(rounds: readonly Round[]): Attempt | null {
  return answeringAttempt(rounds.filter(({ evaluation }) => !isWithheld(evaluation)));
}

const isWithheld = (evaluation: Round["evaluation"]): boolean => evaluation?.checks.some(({ check, passed }) => !passed && Object.hasOwn(RESPONSE_POLICIES, check)) ?? false;

/** Plans that were to do better than the one before. */
export const escalationsOf = (rounds: readonly Round[]): number => Math.max(0, answerRounds(withoutWaits(rounds)).length - 1);

/** Cost of every attempt of every round, in nano-dollars. */
export function costOfRounds(rounds: readonly Round[]): NanoUsd {
  let cost = 0n;
  for (const round of rounds) for (const attempt of round.attempts) cost += attempt.costNanoUsd;
  return cost;
}

/** What the answer's tokens had cost on the catalog's dearest premium deployment: the always-premium baseline. */
export function baselineOf(attempt: Attempt, catalog: Catalog | null): NanoUsd {
  if (attempt.usage === null || catalog === null) return attempt.costNanoUsd;
  let dearest = attempt.costNanoUsd;
  for (const deployment of catalog.deployments) {
    if (deployment.model.tier !== "premium") continue;
    const cost = costOf(attempt.usage, priceAt(deployment, attempt.startedAt) ?? deployment.price);
    if (cost > dearest) dearest = cost;
  }
  return dearest;
}
