import { type Alerts, scopeFits } from "@leverframe/policy";
import type { Alert } from "./alert";

/** Names of the channels that are to be told, each once, in the order of the routes. */
export function channelsFor({ kind, scope, percent }: Alert, { routes }: Alerts): readonly string[] {
  const fitting = routes.filter((route) => route.kinds.includes(kind) && (percent === null || percent >= route.percentMin) && scopeFits(route.scopes, scope));
  return [...new Set(fitting.flatMap((route) => route.channels))];
}
