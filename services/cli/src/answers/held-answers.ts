import type { HeldAnswer, Review } from "@leverframe/events";
import { ephemeralGroup, type Installation } from "../installation";
import { readToEnd } from "../topics/read-to-end";

/** A held answer and what was decided about it; null while nobody has. */
export interface Held {
  readonly held: HeldAnswer;
  readonly review: Review | null;
}

/** Every held answer that the log keeps, oldest first. Of several reviews of one request the first counts, as in the evaluator. */
export async function heldAnswers({ log, names, codec }: Installation): Promise<readonly Held[]> {
  const held = new Map<string, HeldAnswer>();
  const reviews = new Map<string, Review>();
  await readToEnd({
    log,
    topic: names.name("held-answers"),
    groupId: ephemeralGroup(names, "held-answers"),
    visit: async ({ value }) => {
      if (value === null) return;
      const answer = await codec.decode("held-answer", value);
      if (!held.has(answer.requestId)) held.set(answer.requestId, answer);
    },
  });
  if (held.size === 0) return [];
  await readToEnd({
    log,
    topic: names.name("reviews"),
    groupId: ephemeralGroup(names, "reviews"),
    visit: async ({ value }) => {
      if (value === null) return;
      const review = await codec.decode("review", value);
      if (!reviews.has(review.requestId)) reviews.set(review.requestId, review);
    },
  });
  const all = [...held.values()].sort((a, b) => a.heldAt - b.heldAt);
  return all.map((answer) => ({ held: answer, review: reviews.get(answer.requestId) ?? null }));
}
