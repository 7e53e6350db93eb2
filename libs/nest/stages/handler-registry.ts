import { TOPIC_NAMES, type TopicName } from "@leverframe/contracts";
import { AppError, STAGES, type Stage } from "@leverframe/kernel";
import type { HandlerExtras, StageOptions } from "./decorators";
import type { HandlerContext } from "./handler-context";

/** A handler method behind Nest's own proxy (guards, interceptors, filters). What it returns is checked by the caller. */
export type HandlerCall = (event: unknown, context: HandlerContext) => unknown;

export interface RegisteredStage {
  readonly options: StageOptions;
  readonly handlers: Map<TopicName, HandlerCall>;
}

/** Which handlers there are, by stage and topic. Everything that could go wrong later is refused here, at boot. */
export class HandlerRegistry {
  readonly stages = new Map<Stage, RegisteredStage>();
  readonly #names = new Map<HandlerCall, string>();

  add(topic: string, call: HandlerCall, extras: HandlerExtras): void {
    const { stage, options = {}, name = "a handler" } = extras;
    if (stage === undefined) {
      throw refused(`handler of \`${topic}\` belongs to no stage, expected @Stage on its class`);
    }
    if (!STAGES.includes(stage)) throw refused(`${name}: unknown stage \`${stage}\`, expected one of ${listed(STAGES)}`);
    if (!TOPIC_NAMES.includes(topic as TopicName)) {
      throw refused(`${name}: unknown topic \`${topic}\`, expected one of ${listed(TOPIC_NAMES)}`);
    }
    const registered = this.stages.get(stage) ?? { options, handlers: new Map() };
    if (JSON.stringify(registered.options) !== JSON.stringify(options)) {
      throw refused(`${name}: other options for stage \`${stage}\` than its other handlers have, expected the same`);
    }
    const other = registered.handlers.get(topic as TopicName);
    if (other) {
      throw refused(`two handlers for topic \`${topic}\` in stage \`${stage}\`: ${this.#names.get(other)} and ${name}, expected one`);
    }
    registered.handlers.set(topic as TopicName, call);
    this.#names.set(call, name);
    this.stages.set(stage, registered);
  }

  /** Drops the stages that this deployment does not run; naming one that the process does not hold is refused. */
  keep(wanted: readonly Stage[]): void {
    if (wanted.length === 0) return;
    const missing = wanted.filter((stage) => !this.stages.has(stage));
    if (missing.length > 0) {
      const held = listed([...this.stages.keys()]);
      throw refused(`\`stages\` names ${listed(missing)}, expected stages of this process: ${held}`);
    }
    for (const stage of this.stages.keys()) if (!wanted.includes(stage)) this.stages.delete(stage);
  }
}

const refused = (message: string): AppError => new AppError("bad_config", message);

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
