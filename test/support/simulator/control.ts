import { isObject, type JsonObject } from "./ask";
import type { FaultRule } from "./faults/script";
import type { ModelConfig } from "./model-profile";
import type { Simulation } from "./simulation";

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

const COMMANDS: ReadonlySet<string> = new Set(["reset", "clear", "models", "script"]);
const PAGE_CALLS_MAX = 10_000;

function state(simulation: Simulation): JsonAnswer {
  return { status: 200, body: { ok: true, run: simulation.run, rules: simulation.rules() } };
}

function apply(simulation: Simulation, command: JsonObject): void {
  for (const name of Object.keys(command)) {
    if (!COMMANDS.has(name)) throw new TypeError(`unknown command \`${name}\``);
  }
  const { reset, clear, models, script } = command;
  if (reset === true) simulation.reset();
  if (clear === true) simulation.clearFaults();
  if (isObject(models)) {
    for (const [name, config] of Object.entries(models)) simulation.configureModel(name, config as ModelConfig);
  }
  if (script !== undefined) simulation.script(...((Array.isArray(script) ? script : [script]) as FaultRule[]));
}

/**
 * `POST /_control`: `{reset?, clear?, models?, script?}`, carried out in this order. `reset` forgets calls, counts and
 * what was scripted at run time; `clear` takes all faults away; `models` lays configurations over the models named;
 * `script` adds one fault rule or several.
 */
export function control(simulation: Simulation, body: string): JsonAnswer {
  try {
    const command: unknown = JSON.parse(body);
    if (!isObject(command)) throw new TypeError("a control command is an object");
    apply(simulation, command);
    return state(simulation);
  } catch (error) {
    return { status: 400, body: { ok: false, error: error instanceof Error ? error.message : String(error) } };
  }
}

/** `GET /_calls?since=&limit=`, `/_bill`, `/_control`, `/_health`; null for any other path. */
export function inspect(simulation: Simulation, path: string, query: URLSearchParams): JsonAnswer | null {
  switch (path) {
    case "/_calls": {
      const limit = Math.min(Number(query.get("limit") ?? PAGE_CALLS_MAX), PAGE_CALLS_MAX);
      return { status: 200, body: simulation.log.page(Number(query.get("since") ?? 0), limit) };
    }
    case "/_bill":
      return { status: 200, body: simulation.log.bill() };
    case "/_control":
      return state(simulation);
    case "/_health":
      return { status: 200, body: { ok: true } };
    default:
      return null;
  }
}
