import { type EventOf, type Message, message } from "@leverframe/contracts";
import type { Stage as StageName } from "@leverframe/kernel";
import { Inject, Module, type Type } from "@nestjs/common";
import { type HandlerContext, On, Stage } from "../index";
import { TOY_CLASSIFICATION, TOY_SELECTION, toyAttempt, toyDecision, toyFunding, toyMeta, toyOrigin, toyPermit } from "./toy-events";

/** What a test sees and does inside the handlers. */
export interface ToyProbe {
  readonly seen: { stage: StageName; requestId: string; topic: string; inMemory: boolean; traceparent: string }[];
  /** Called by each handler first; may throw or wait. */
  meddle(stage: StageName, requestId: string, context: HandlerContext): Promise<void> | void;
}

export const TOY_PROBE = Symbol("toy.probe");

export function toyProbe(meddle: ToyProbe["meddle"] = () => {}): ToyProbe {
  return { seen: [], meddle };
}

abstract class Toy {
  constructor(@Inject(TOY_PROBE) private readonly probe: ToyProbe) {}

  protected async note(stage: StageName, requestId: string, context: HandlerContext): Promise<void> {
    const { topic, recordBytes, traceparent } = context;
    this.probe.seen.push({ stage, requestId, topic, inMemory: recordBytes === null, traceparent });
    await this.probe.meddle(stage, requestId, context);
  }
}

@Stage("classifier")
export class ToyClassifier extends Toy {
  @On("requests")
  async classify(request: EventOf<"requests">, context: HandlerContext): Promise<readonly Message[]> {
    await this.note("classifier", request.requestId, context);
    const meta = toyMeta(request.requestId, "classified", `${request.requestId}.request.0`, context.receivedAtMicros);
    const origin = toyOrigin(context.application ?? "none", context.receivedAtMicros);
    return [message("classified", { meta, origin, request, classification: TOY_CLASSIFICATION, earlier: [] })];
  }
}

@Stage("policy-gate")
export class ToyGate extends Toy {
  @On("classified")
  async permit(event: EventOf<"classified">, context: HandlerContext): Promise<readonly Message[]> {
    const { requestId, eventId, occurredAt } = event.meta;
    await this.note("policy-gate", requestId, context);
    return [message("permitted", { ...event, meta: toyMeta(requestId, "permitted", eventId, occurredAt), permit: toyPermit(requestId), opinionOn: null })];
  }
}

@Stage("selector")
export class ToySelector extends Toy {
  @On("permitted")
  async select(event: EventOf<"permitted">, context: HandlerContext): Promise<readonly Message[]> {
    const { requestId, eventId, occurredAt } = event.meta;
    await this.note("selector", requestId, context);
    const meta = toyMeta(requestId, "selected", eventId, occurredAt);
    return [message("selected", { ...event, meta, earlier: [], bestOutput: null, selection: TOY_SELECTION })];
  }
}

@Stage("budget-ledger")
export class ToyLedger extends Toy {
  @On("selected")
  async fund(event: EventOf<"selected">, context: HandlerContext): Promise<readonly Message[]> {
    const { requestId, eventId, occurredAt } = event.meta;
    await this.note("budget-ledger", requestId, context);
    return [message("funded", { ...event, meta: toyMeta(requestId, "funded", eventId, occurredAt), funding: toyFunding(requestId) })];
  }

  @On("executed")
  async settle(event: EventOf<"executed">, context: HandlerContext): Promise<readonly Message[]> {
    await this.note("budget-ledger", event.meta.requestId, context);
    return [];
  }
}

@Stage("executor", { concurrencyMax: 128 })
export class ToyExecutor extends Toy {
  @On("funded")
  async execute(event: EventOf<"funded">, context: HandlerContext): Promise<readonly Message[]> {
    const { requestId, eventId, occurredAt } = event.meta;
    await this.note("executor", requestId, context);
    const meta = toyMeta(requestId, "executed", eventId, occurredAt);
    const output = { text: `answer to ${requestId}`, finishReason: "stop", refused: false, toolCalls: [] };
    return [message("executed", { ...event, meta, attempts: [toyAttempt(requestId, occurredAt)], skipped: [], output, failure: null })];
  }
}

@Stage("evaluator")
export class ToyEvaluator extends Toy {
  @On("executed")
  async evaluate(event: EventOf<"executed">, context: HandlerContext): Promise<readonly Message[]> {
    await this.note("evaluator", event.meta.requestId, context);
    return [message("decisions", toyDecision(event))];
  }
}

export const TOY_STAGES: Readonly<Partial<Record<StageName, Type<unknown>>>> = {
  classifier: ToyClassifier,
  "policy-gate": ToyGate,
  selector: ToySelector,
  "budget-ledger": ToyLedger,
  executor: ToyExecutor,
  evaluator: ToyEvaluator,
};

/** A module class that holds these controllers. */
export function toyModule(probe: ToyProbe, ...controllers: Type<unknown>[]): Type<unknown> {
  class ToyModule {}
  Module({ controllers, providers: [{ provide: TOY_PROBE, useValue: probe }] })(ToyModule);
  return ToyModule;
}

/** One module for each toy stage, as a standalone process composes them. */
export function toyModules(probe: ToyProbe): Partial<Record<StageName, Type<unknown>>> {
  return Object.fromEntries(Object.entries(TOY_STAGES).map(([stage, controller]) => [stage, toyModule(probe, controller!)]));
}
