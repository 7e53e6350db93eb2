import type { Classification, Classified, Meta, OpinionSubject, Origin, Refusal, Request, Round } from "@leverframe/events";
import { nextMeta } from "./next-meta";

/**
 * A second opinion is asked for in a round of its own before the first plan. Its number keeps its reservation and its
 * attempts apart from those of every plan: whoever is given an event again after the policy changed, and asks no opinion or
 * asks one where there was none before, never takes the one's outcome for the other's.
 */
export const OPINION_ROUND = -1;

/** What an opinion may take of the time that a request has, at most: the answer is what was asked for. */
const SHARE_OF_TIME = 0.5;

export const isOpinionRound = ({ opinionPermit }: Round): boolean => opinionPermit !== null && opinionPermit !== undefined;

/** The rounds that worked on the answer, oldest first: the others are no plan that failed and no escalation. */
export const answerRounds = (rounds: readonly Round[]): readonly Round[] => (rounds.some(isOpinionRound) ? rounds.filter((round) => !isOpinionRound(round)) : rounds);

/** When the opinion must be there, derived from the event as every time is. */
export function opinionDeadline({ receivedAt, deadlineAt }: Origin, latencyMsMax: number): number {
  return Math.min(receivedAt + latencyMsMax * 1_000, receivedAt + Math.floor((deadlineAt - receivedAt) * SHARE_OF_TIME));
}

/** The round that asked, as the request's trail keeps it. */
export function opinionRound(round: Round, event: { readonly permit: NonNullable<Round["opinionPermit"]> }): Round {
  return { ...round, opinionPermit: event.permit };
}

/** The journey goes on with the request that the question was about: to the policy gate, for the first plan. */
export function afterOpinion(meta: Meta, { request, origin }: OpinionSubject, classification: Classification, earlier: readonly Round[]): Classified {
  return { meta: nextMeta(meta, "reclassified", 0), origin, request, classification, earlier };
}

/** The event as if it had been about the request itself: what an answer to it is built from. */
export function aboutSubject<E extends { readonly request: Request; readonly origin: Origin; readonly classification: Classification }>(event: E, { request, origin, classification }: OpinionSubject): E {
  return { ...event, request, origin, classification };
}

/** The refusal of a request that may not go on without an opinion. */
export function missingOpinion(why: Refusal): Refusal {
  return { ...why, code: "no_second_opinion", message: `the policy demands a second opinion on what the request is, and there is none: ${why.message}` };
}
