import type { DecisionInput } from "../slots";
import { type Node, NO } from "./diagram";
import { type Box, boxesOf, pointOf } from "./region";
import type { Space } from "./space";

/** A request that shows something, and the requests around it that show the same. */
export interface Witness {
  readonly input: DecisionInput;
  readonly box: Box;
}

/** The most natural request of a region, which must not be empty. `care`: see `boxesOf`. */
export function witnessOf(space: Space, region: Node, care: Node = space.reach): Witness {
  const here = space.diagrams.and(region, space.reach);
  return { input: space.inputAt(pointOf(space, here)), box: boxesOf(space, here, 1, careFor(space, here, care)).boxes[0] ?? { facts: [] } };
}

/** What a region lies in without saying so; the whole space when it does not lie in it. */
export function careFor(space: Space, region: Node, care: Node): Node {
  const within = space.diagrams.and(care, space.reach);
  return space.diagrams.minus(region, within) === NO ? within : space.reach;
}
