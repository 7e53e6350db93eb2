import type { TopicName } from "@leverframe/contracts";
import type { Stage as StageName } from "@leverframe/kernel";
import { Controller } from "@nestjs/common";
import { Ctx, EventPattern, Payload } from "@nestjs/microservices";
import type { StageHandler } from "./handler-context";

/** Marks our handlers among those of other transports that a hybrid application may have. */
export const STAGE_TRANSPORT = Symbol("leverframe.stage-transport");

const TOPIC = Symbol("leverframe.topic");

export interface StageOptions {
  /** Records of the stage that are handled at once in one process; `concurrency.<stage>` of the configuration overrides it. */
  readonly concurrencyMax?: number;
  /** Events with the same lane are handled one after the other; without it none waits for another. */
  readonly lane?: "request";
}

/** Travels with a handler through Nest's metadata to the transport. */
export interface HandlerExtras {
  readonly stage?: StageName;
  readonly options?: StageOptions;
  readonly name?: string;
}

type MethodDescriptor<F> = TypedPropertyDescriptor<F>;

/** The method handles every event of `topic`; `requests` covers each application's own ingress. */
export function On<T extends TopicName>(topic: T) {
  return <F extends StageHandler<T>>(target: object, key: string | symbol, descriptor: MethodDescriptor<F>): void => {
    Reflect.defineMetadata(TOPIC, topic, descriptor.value as object);
    // Nest hands over the event alone where no parameter says otherwise.
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    EventPattern(topic, STAGE_TRANSPORT)(target, key, descriptor as PropertyDescriptor);
  };
}

/** The class's handlers form (part of) this stage, with its own consumer group. It is listed under a module's `controllers`. */
export function Stage(stage: StageName, options: StageOptions = {}): ClassDecorator {
  return (target) => {
    Controller()(target);
    const members = Object.getOwnPropertyDescriptors(target.prototype as object);
    for (const [key, descriptor] of Object.entries(members)) {
      const topic: unknown = typeof descriptor.value === "function" ? Reflect.getMetadata(TOPIC, descriptor.value) : undefined;
      if (topic === undefined) continue;
      const extras = { stage, options, name: `${target.name}.${key}` };
      EventPattern(topic as string, STAGE_TRANSPORT, extras)(target.prototype as object, key, descriptor);
    }
  };
}
