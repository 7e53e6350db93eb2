import { type Deployment, type Price, priceAt, withImages } from "@leverframe/catalog";
import { imagesOf } from "@leverframe/prompt";
import type { CallOrder } from "./call-order";

/** What this very call costs when it starts at that moment, its pictures' fees within the call's; null: nobody knows. */
export function callPrice({ messages }: CallOrder, deployment: Deployment, startedAtMicros: number): Price | null {
  const price = priceAt(deployment, startedAtMicros);
  return price && withImages(price, price.imageNanoUsd === undefined ? 0 : imagesOf({ messages }).length);
}
