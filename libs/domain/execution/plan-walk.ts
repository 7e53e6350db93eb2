import type { Catalog, Deployment } from "@leverframe/catalog";
import type { Attempt, ExcludedCandidate, Funded, Output, PlannedCall } from "@leverframe/events";
import { inputTokensBound } from "@leverframe/prompt";
import type { AnswerStream } from "./answer-stream";
import type { CallOrder } from "./call-order";
import { callWithHedge } from "./hedged-call";
import type { KeptOutcome } from "./kept-outcome";
import { nextStep, type NextStep } from "./next-step";
import { type CallFailure, isFailure } from "./permit-check";
import { type PlanOrder, promptPart, type SharedOrder } from "./plan-order";
import { pruneNote, prunePrompt } from "./prune-prompt";
import type { RunPlanDeps } from "./run-plan";
import { cancelled, sleep } from "./timer";

export interface WalkInput {
  readonly funded: Funded;
  readonly order: PlanOrder;
  readonly catalog: Catalog;
  readonly stream: AnswerStream | null;
  /** For the record of every attempt. */
  readonly notes: readonly string[];
  readonly signal: AbortSignal;
}

/** A candidate's place in the plan. */
interface Place {
  readonly planned: PlannedCall;
  /** Null: the catalog does not have it any more. */
  readonly deployment: Deployment | null;
  readonly attemptsMax: number;
  attemptsMade: number;
}

/** One attempt that was made, or found made. */
interface Made {
  readonly place: Place;
  readonly ordinal: number;
  readonly kept: KeptOutcome;
}

/** A plan that asks for more attempts at one candidate is taken as asking for this many. */
const ATTEMPTS_MAX = 8;
/** Without measurements a call counts as slow at this many times its deployment's expected latency. */
const SLOW_FACTOR = 2;
/** How often a prompt is made shorter, each time to half of what it was. */
const PRUNES_MAX = 3;
/** Text has about this many bytes a token; bounds of prompts count a token for each byte. */
const BYTES_PER_TOKEN = 3;

/** One way through a plan, from its first call to an answer or the reason why there is none. All state follows from kept outcomes. */
export class PlanWalk {
  readonly attempts: Attempt[] = [];
  readonly skipped: ExcludedCandidate[] = [];
  /** As the model wrote it. */
  output: Output | null = null;
  endedAtMicros: number;
  private readonly places: readonly Place[];
  private shared: SharedOrder;
  private notes: readonly string[];
  private ordinal = 0;
  private prunes = 0;
  /** The largest context window that was too small; candidates with no larger one are passed over. */
  private windowTooSmall = 0;
  /** Of the attempt that the next one repeats, because nobody saw its end. */
  private repeats: string | null = null;

  constructor(
    private readonly deps: RunPlanDeps,
    private readonly input: WalkInput,
  ) {
    const { funded, order, catalog } = input;
    this.endedAtMicros = funded.meta.occurredAt;
    this.shared = order.shared;
    this.notes = input.notes;
    this.places = funded.funding.plan
      .map((planned) => ({
        planned,
        deployment: catalog.byId.get(planned.candidate) ?? null,
        attemptsMax: Math.min(planned.attemptsMax, ATTEMPTS_MAX),
        attemptsMade: 0,
      }))
      .filter(({ attemptsMax }) => attemptsMax >= 1);
  }

  /** Why there is no answer; null when `output` is one. */
  async toItsEnd(): Promise<CallFailure | null> {
    if (this.places.length === 0) return { code: "reservation_invalid", message: "the reservation pays for no call" };
    const failure = await this.through(false);
    const allSkipped = this.attempts.length === 0 && this.ordinal > 0 && this.skipped.length === this.ordinal;
    return this.deps.lastResort && allSkipped ? this.through(true) : failure;
  }

  private async through(forced: boolean): Promise<CallFailure | null> {
    for (let at = 0; ; ) {
      const made = await this.callAt(at, forced);
      if (isFailure(made)) return made;
      await this.take(made);
      const step = this.stepAfter(at, made);
      if (step.step === "done") return null;
      if (step.step === "give_up") return step.failure;
      // Only a draining process is cancelled. Its part ends here; the outcomes so far are kept for the next one.
      if (this.input.signal.aborted) throw cancelled();
      if (step.step === "retry") {
        await this.waitUntil(step.atMicros);
      } else {
        at = this.after(at) ?? at;
        this.repeats = null;
      }
    }
  }

  /** The attempt at this place, with the one beside it if there was one; or why there can be none. */
  private async callAt(at: number, forced: boolean): Promise<readonly Made[] | CallFailure> {
    const place = this.places[at]!;
    const { stream, signal } = this.input;
    const urgency = forced ? "forced" : this.after(at) === null ? "last" : "normal";
    const order = { ...this.orderAt(place, this.ordinal, this.repeats), urgency } as const;
    const beside = this.beside(at);
    if (!beside || !place.deployment) {
      const onDelta = stream?.sinkOf(order.ordinal, this.firstPieceOf(place));
      const result = await this.deps.call(onDelta ? { ...order, onDelta } : order, signal);
      return result.failure ?? [this.madeOf(place, order, result.kept)];
    }
    const metered = stream === null ? { metered: true as const } : {};
    const second = { ...this.orderAt(beside, this.ordinal + 1, null, ["hedge"]), ...metered };
    const [firstSpoke, secondSpoke] = [this.firstPieceOf(place), this.firstPieceOf(beside)];
    const rivals = { first: { ...order, ...metered }, second, firstSpoke, secondSpoke, afterMs: this.slowAfterMs(place.deployment) };
    const results = await callWithHedge(this.deps, rivals, stream, signal);
    if (results.first.failure) return results.first.failure;
    const made = [this.madeOf(place, order, results.first.kept)];
    const kept = results.second?.kept;
    if (kept) made.push(this.madeOf(beside, second, kept));
    // Its ordinal is taken, also when it came to nothing.
    else if (results.first.kept.hedged) this.ordinal += 1;
    return made;
  }

  private orderAt({ planned, deployment }: Place, ordinal: number, repeats: string | null, notes: readonly string[] = []): CallOrder {
    const { candidate, maxOutputTokens, worstCaseNanoUsd } = planned;
    const all = [...this.notes, ...notes];
    return {
      ...this.shared,
      ordinal,
      candidate,
      deployment,
      maxOutputTokens,
      worstCaseNanoUsd,
      ...(all.length === 0 ? {} : { notes: all }),
      ...(repeats === null ? {} : { idempotencyKey: repeats }),
    };
  }

  private madeOf(place: Place, { ordinal }: CallOrder, kept: KeptOutcome): Made {
    // What kept the call from being made costs no attempt, where something can be done about it.
    if (!kept.failure?.skipped && !kept.failure?.overflow) place.attemptsMade += 1;
    this.ordinal += 1;
    return { place, ordinal, kept };
  }

  /** Whom a second call beside a slow one goes to: somebody else in the plan, or the same candidate once more. */
  private beside(at: number): Place | null {
    const { hedge, noFallbackOn } = this.input.order.obligations;
    if (!hedge) return null;
    const place = this.places[at]!;
    const other = noFallbackOn.includes("latency") ? null : this.after(at);
    if (other !== null) return this.places[other]!;
    return place.attemptsMade + 2 <= place.attemptsMax ? place : null;
  }

  private slowAfterMs(deployment: Deployment): number {
    const { hedgeAfterMs } = this.input.order.obligations;
    const measured = this.deps.latencies?.p95Ms(deployment, this.input.stream !== null) ?? null;
    return hedgeAfterMs ?? measured ?? SLOW_FACTOR * deployment.latencyMs;
  }

  /** The next place of the plan that may still be called. */
  private after(at: number): number | null {
    for (let next = at + 1; next < this.places.length; next++) {
      const { attemptsMade, attemptsMax, deployment } = this.places[next]!;
      const large = this.windowTooSmall === 0 || (deployment?.model.contextTokensMax ?? 0) > this.windowTooSmall;
      if (attemptsMade < attemptsMax && large) return next;
    }
    return null;
  }

  private async take(made: readonly Made[]): Promise<void> {
    const answering = answeringOf(made, this.input.order.obligations.fallbackOnRefusal);
    for (const one of made) {
      const { kept, place, ordinal } = one;
      this.endedAtMicros = Math.max(this.endedAtMicros, kept.endedAtMicros);
      if (kept.failure?.skipped) this.skipped.push({ candidate: place.planned.candidate, cause: kept.failure.skipped });
      const overtaken = answering !== null && one !== answering;
      if (kept.attempt) this.attempts.push(overtaken ? lost(kept.attempt) : kept.attempt);
      this.noteLatency(place, kept, overtaken);
      await this.input.stream?.end(ordinal, kept, one === answering && kept.output?.refused === false);
    }
    // A refusal stays the plan's output until somebody who may be asked instead answers.
    this.output = answering?.kept.output ?? this.output;
  }

  private stepAfter(at: number, made: readonly Made[]): Exclude<NextStep, { step: "give_up" }> | { step: "give_up"; failure: CallFailure } {
    const { fallbackOnRefusal, noFallbackOn } = this.input.order.obligations;
    const [first, second] = made as readonly [Made, Made?];
    for (const { kept, place } of made) this.heed(kept, place);
    this.repeats = second ? null : this.repeatsOf(first.kept);
    const answering = answeringOf(made, fallbackOnRefusal);
    if (answering && !(answering.kept.output!.refused && fallbackOnRefusal)) return { step: "done" };
    const { attemptsMade, attemptsMax } = first.place;
    const { deadlineAtMicros } = this.shared;
    const position = { attemptsMade, attemptsMax, last: this.after(at) === null, deadlineAtMicros, fallbackOnRefusal, noFallbackOn };
    const step = nextStep(answering?.kept ?? first.kept, position, this.deps.retry);
    if (isFinal(second?.kept)) return { step: "give_up", failure: second!.kept.failure ?? givenUp(second!.kept, false) };
    if (step.step !== "give_up") return step;
    if (overflowed(first.kept) && this.prune(first.place)) return { step: "retry", atMicros: first.kept.endedAtMicros };
    return { step: "give_up", failure: first.kept.failure ?? givenUp(first.kept, step.pastDeadline) };
  }

  /** What an outcome says about the calls that may follow it. */
  private heed(kept: KeptOutcome, place: Place): void {
    if (overflowed(kept)) this.windowTooSmall = Math.max(this.windowTooSmall, place.deployment?.model.contextTokensMax ?? 0);
    // Of the two that were under way at once, the one that may not be repeated is done with; the other's turn is next-step's.
    if (!kept.output && !kept.retryable && !kept.failure?.skipped && !overflowed(kept)) place.attemptsMade = place.attemptsMax;
  }

  private repeatsOf({ attempt }: KeptOutcome): string | null {
    const unseen = attempt?.outcome === "connection" || attempt?.outcome === "outcome_unknown";
    return unseen ? (this.repeats ?? attempt.attemptId) : null;
  }

  /** Makes the prompt shorter for one more attempt at this place; false when that is not allowed or would change nothing. */
  private prune({ planned, deployment, attemptsMade, attemptsMax }: Place): boolean {
    const { obligations, prompt } = this.input.order;
    const { outputSchema, deadlineAtMicros } = this.shared;
    if (!obligations.prune || attemptsMade >= attemptsMax || this.prunes >= PRUNES_MAX || this.endedAtMicros >= deadlineAtMicros) return false;
    const window = Math.max(1, (deployment?.model.contextTokensMax ?? Infinity) - planned.maxOutputTokens) * BYTES_PER_TOKEN;
    this.prunes += 1;
    const pruned = prunePrompt(prompt, outputSchema, Math.min(window, inputTokensBound(prompt, outputSchema)) / 2 ** this.prunes);
    if (!pruned) return false;
    this.shared = { ...this.shared, ...promptPart(pruned.prompt, outputSchema) };
    this.notes = [...this.input.notes, pruneNote(pruned)];
    this.windowTooSmall = 0;
    this.repeats = null;
    return true;
  }

  private async waitUntil(atMicros: number): Promise<void> {
    const { clock, timer } = this.deps;
    const { signal } = this.input;
    const { stop } = this.shared;
    const delayMs = (atMicros - clock.nowMicros()) / 1_000;
    if (delayMs <= 0 || stop?.aborted) return;
    try {
      await sleep(timer, delayMs, stop ? AbortSignal.any([signal, stop]) : signal);
    } catch (thrown) {
      // Stopped: the next attempt ends uncalled, and says so.
      if (signal.aborted) throw thrown;
    }
  }

  /** Runs when the first piece of a streamed answer comes. */
  private firstPieceOf({ deployment }: Place): () => void {
    const { clock, latencies } = this.deps;
    const startedAt = clock.nowMicros();
    return () => deployment && latencies?.note(deployment, true, (clock.nowMicros() - startedAt) / 1_000);
  }

  /** A call that was overtaken had taken at least so long: without it, slow calls would vanish from the measurement that finds them. */
  private noteLatency({ deployment }: Place, { attempt }: KeptOutcome, overtaken: boolean): void {
    if (!deployment || !attempt || (attempt.outcome !== "succeeded" && !overtaken)) return;
    const streamed = overtaken && this.input.stream !== null;
    this.deps.latencies?.note(deployment, streamed, attempt.latencyMicros / 1_000);
  }
}

const overflowed = ({ attempt, failure }: KeptOutcome): boolean => attempt?.outcome === "context_overflow" || failure?.overflow === true;

/** Nothing follows it: a mistake of ours, a request that was cancelled, a stream that broke before somebody's eyes. */
const isFinal = (kept: KeptOutcome | undefined): boolean => kept !== undefined && !kept.output && !kept.retryable && !kept.fallback && kept.attempt !== null;

/** Of the attempts that came with an output, the one that counts: the first to end, and no refusal if another may be asked instead. */
function answeringOf(made: readonly Made[], fallbackOnRefusal: boolean): Made | null {
  const outputs = made.filter(({ kept }) => kept.output !== null).toSorted((a, b) => a.kept.endedAtMicros - b.kept.endedAtMicros);
  return (fallbackOnRefusal ? outputs.find(({ kept }) => !kept.output!.refused) : null) ?? outputs[0] ?? null;
}

/** On the record of an attempt whose rival answered. */
const lost = (attempt: Attempt): Attempt => ({ ...attempt, notes: [...attempt.notes, "hedge_lost"] });

function givenUp({ attempt }: KeptOutcome, pastDeadline: boolean): CallFailure {
  if (pastDeadline) return { code: "deadline_exceeded", message: "the deadline leaves no time for another attempt" };
  const how = attempt ? `: the last, at \`${attempt.candidate}\`, ended with ${attempt.outcome}` : "";
  return { code: "attempts_exhausted", message: `no attempt that was allowed succeeded${how}` };
}
