import type { LatencyClass } from "@leverframe/events";
import { TermIndex } from "./term-index";
import { terms } from "./vocabulary/theme";
import type { Words } from "./words";

const index = new TermIndex<LatencyClass>([
  ...terms(
    "urgent, urgently, asap, as soon as possible, right away, immediately, right now, within the hour, dringend, eilig, sofort, so schnell wie möglich, unverzüglich, urgence, urgemment, au plus vite, dès que possible, tout de suite",
    "urgente, urgentemente, cuanto antes, lo antes posible, de inmediato, ahora mismo",
  ).map((term) => [term, "interactive"] as const),
  ...terms(
    "no rush, no hurry, overnight run, by tomorrow is fine, whenever you have time, take your time, keine eile, eilt nicht, hat zeit bis, über nacht rechnen, rien ne presse, pas pressé, pas urgent, sin prisa, no corre prisa, no es urgente, not urgent, nicht dringend, nicht eilig",
  ).map((term) => [term, "batch"] as const),
]);

/**
 * How urgent a request is, as the latency class that serves it: what the caller declared, else what the instruction's
 * words say, else `standard`. Patience that is spelled out (`not urgent`) wins over the word inside it.
 */
export function latencyClassOf(declared: LatencyClass | null, instruction: Words): LatencyClass {
  if (declared !== null) return declared;
  let found: LatencyClass = "standard";
  index.scan(instruction, (latencyClass) => {
    if (found !== "batch") found = latencyClass;
  });
  return found;
}
