import { decide, type PolicyAnswer } from "../decide";
import type { PolicySet } from "../policy-set";
import type { DecisionInput } from "../slots";
import type { Node } from "./diagram";
import { type Box, boxesOf, type Point, pointOf } from "./region";
import type { Space } from "./space";

/** A request that shows something, and the requests around it that show the same. */
export interface Witness {
  readonly input: DecisionInput;
  readonly box: Box;
}

/** The most natural request of a region, which must not be empty. */
export function witnessOf(space: Space, region: Node): Witness {
  const { input, box } = pointedWitness(space, region);
  return { input, box };
}

export function pointedWitness(space: Space, region: Node): Witness & { readonly point: Point } {
  const point = pointOf(space, space.diagrams.and(region, space.reach));
  const { boxes } = boxesOf(space, region, 1);
  return { point, input: space.inputAt(point), box: boxes[0] ?? { facts: [] } };
}

/**
 * What the set really decides about a witness. Diagrams and decisions are two implementations of one semantics: when
 * they differ it is a fault of ours, and no finding may be reported.
 */
export function confirmed(set: PolicySet, { input }: Witness, holds: (answer: PolicyAnswer) => boolean, what: string): PolicyAnswer {
  const answer = decide(set, input);
  if (!holds(answer)) throw new Error(`the analysis and the decision disagree about ${what}: ${JSON.stringify(input)}`);
  return answer;
}
