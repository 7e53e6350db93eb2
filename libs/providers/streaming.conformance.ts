import type { ProviderAnswer, ProviderCall, ProviderDelta, ProviderError } from "@leverframe/execution";
import type { ToolCall } from "@leverframe/prompt";
import type { Bench } from "./provider.conformance";
import { TOOLS } from "./testing/conversations";

/** What a reader of the deltas has in the end. */
export function assembled(deltas: readonly ProviderDelta[]): { text: string; toolCalls: ToolCall[] } {
  const toolCalls: { id: string; name: string; arguments: string }[] = [];
  let text = "";
  for (const delta of deltas) {
    if (delta.type === "text") text += delta.text;
    else if (toolCalls[delta.index]) toolCalls[delta.index]!.arguments += delta.arguments;
    else toolCalls[delta.index] = { id: delta.id!, name: delta.name!, arguments: delta.arguments };
  }
  return { text, toolCalls };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ESSAY = "Write an essay about railway signalling with the sections \"Frames\", \"Locks\" and \"Tokens\".";

/** Asks of the adapter under test with a reader of deltas. */
interface StreamBench extends Bench {
  /** An answer, and what was handed over before it. */
  readonly streamed: (content: string, changes?: Partial<ProviderCall>) => Promise<{ answer: ProviderAnswer; deltas: ProviderDelta[] }>;
  /** The error of a stream that must break, and what had been handed over. */
  readonly broken: (content: string) => Promise<{ error: ProviderError; deltas: ProviderDelta[] }>;
}

/** Answers while they come: the same in the end, in order, no faster than they are taken, and honest when they break. */
export function describeStreaming(bench: Bench): void {
  const streamed: StreamBench["streamed"] = async (content, changes = {}) => {
    const deltas: ProviderDelta[] = [];
    const answer = await bench.ask(content, { onDelta: (delta) => void deltas.push(delta), ...changes });
    expect(bench.simulator().calls.at(-1)?.stream).toBe(true);
    return { answer, deltas };
  };
  const broken: StreamBench["broken"] = async (content) => {
    const deltas: ProviderDelta[] = [];
    return { error: await bench.failing(content, { onDelta: (delta) => void deltas.push(delta) }), deltas };
  };
  describeAnswers({ ...bench, streamed, broken });
  describeBreaks({ ...bench, streamed, broken });
  describePace({ ...bench, streamed, broken });
}

/** Rate limits count down and ids differ from call to call. */
const comparable = ({ providerRequestId: _id, rateLimit, toolCalls, ...rest }: ProviderAnswer): object => ({
  ...rest,
  rateLimit: rateLimit !== null,
  toolCalls: toolCalls?.map((call) => ({ ...call, id: "" })),
});

function describeAnswers({ simulator, given, ask, streamed }: StreamBench): void {
  given("stream", "hands on the text piece by piece, and in the end the same answer as without", async () => {
    const { answer, deltas } = await streamed(ESSAY);
    expect(deltas.length).toBeGreaterThan(3);
    expect(assembled(deltas)).toEqual({ text: answer.text, toolCalls: [] });
    expect(comparable(answer)).toEqual(comparable(await ask(ESSAY)));
    expect(answer.providerRequestId).toBe(simulator().calls[0]?.providerRequestId);
  });

  given(["stream", "tools"], "hands on calls of tools piece by piece, also several at once", async () => {
    const prompt = "[[sim:tools=3]] Will it rain, and when does the train leave?";
    const { answer, deltas } = await streamed(prompt, { tools: TOOLS });
    expect(assembled(deltas)).toEqual({ text: answer.text, toolCalls: answer.toolCalls });
    expect(new Set(answer.toolCalls?.map(({ id }) => id)).size).toBe(3);
    expect(comparable(answer)).toEqual(comparable(await ask(prompt, { tools: TOOLS })));
  });

  given(["stream", "reasoningTokens"], "counts reasoning, and shows none of it", async () => {
    const { model } = (await streamed("Hello")).answer;
    simulator().configureModel(model, { reasoningShare: 0.5 });
    const { answer, deltas } = await streamed("Why is the sky blue?");
    expect(answer.usage?.reasoningTokens).toBe(simulator().calls[1]?.usage.reasoning);
    expect(answer.usage?.reasoningTokens).toBeGreaterThan(0);
    expect(assembled(deltas).text).toBe(answer.text);
  });

  given(["stream", "cachedTokens"], "counts cached input", async () => {
    const messages = [{ role: "system", content: "Consider every rule of the house. ".repeat(400) }, { role: "user", content: "May I?" }] as const;
    await streamed("", { messages });
    const { usage } = (await streamed("", { messages })).answer;
    expect(usage?.cachedInputTokens).toBe(simulator().calls[1]?.usage.cacheRead);
    expect(usage?.cachedInputTokens).toBeGreaterThan(1_000);
  });

  given(["stream", "refusal"], "tells a refusal of the model", async () => {
    const { answer, deltas } = await streamed("[[sim:refuse]] Hello");
    expect(answer).toMatchObject({ refused: true, finishReason: "content_filter" });
    expect(assembled(deltas).text).toBe(answer.text);
  });

  given(["stream", "filter"], "tells an answer stopped by a content filter", async () => {
    expect((await streamed("[[sim:refuse=filter]] Hello")).answer).toMatchObject({ refused: true, finishReason: "content_filter" });
  });

  given("stream", "I2 no unfunded call: keeps to the output limit, and tells an answer that it cut", async () => {
    const { answer } = await streamed(ESSAY, { maxOutputTokens: 5 });
    expect(simulator().calls[0]?.outputTokensMax).toBe(5);
    expect(answer.finishReason).toBe("length");
  });

  given("stream", "passes an empty answer on", async () => {
    const { answer, deltas } = await streamed("[[sim:empty]] Hello");
    expect([answer.text, deltas]).toEqual(["", []]);
  });
}

function describeBreaks({ simulator, given, broken }: StreamBench): void {
  given("stream", "tells an error before the stream as without one", async () => {
    expect((await broken("[[sim:429=7]] Hello")).error).toMatchObject({ kind: "rate_limited", retryAfterMs: 7_000, billed: "no" });
    expect((await broken("[[sim:error=500]] Hello")).error).toMatchObject({ kind: "unavailable", billed: "no" });
  });

  given("stream", "tells a connection that was cut before the first piece", async () => {
    const { error, deltas } = await broken(`[[sim:cut=0]] ${ESSAY}`);
    expect(error).toMatchObject({ kind: "connection", billed: "unknown" });
    expect(deltas).toEqual([]);
  });

  given("stream", "tells a connection that was cut in mid-stream, after what had come", async () => {
    const { error, deltas } = await broken(`[[sim:cut=0.6]] ${ESSAY}`);
    expect(error).toMatchObject({ kind: "connection", billed: "unknown" });
    expect(deltas.length).toBeGreaterThan(1);
  });

  given("stream", "tells an event that cannot be read", async () => {
    const { error, deltas } = await broken(`[[sim:malformed]] ${ESSAY}`);
    expect(error).toMatchObject({ kind: "malformed_output", billed: "unknown" });
    expect(deltas.length).toBeGreaterThan(1);
  });

  given("stream", "tells an error in mid-stream as one that is billed", async () => {
    const { error, deltas } = await broken(`[[sim:stream-error]] ${ESSAY}`);
    expect(["unavailable", "overloaded"]).toContain(error.kind);
    expect(["yes", "unknown"]).toContain(error.billed);
    expect(deltas.length).toBeGreaterThan(1);
    expect(error.providerRequestId).toBe(simulator().calls[0]?.providerRequestId);
  });
}

function describePace({ simulator, given, ask, streamed }: StreamBench): void {
  given("stream", "closes the connection at once when told to, however the stream stands", async () => {
    for (const marker of ["stall", "trickle=20", "timeout"]) {
      simulator().reset();
      const controller = new AbortController();
      const ended = ask(`[[sim:${marker}]] ${ESSAY}`, { onDelta: () => undefined }, controller.signal).catch((thrown) => thrown);
      while (simulator().calls.length === 0) await turn();
      controller.abort();
      expect(await ended).toMatchObject({ kind: "cancelled", billed: "unknown" });
      while (!simulator().calls[0]?.clientDisconnected) await turn();
    }
  });

  given("stream", "bills, of a stream that was left, what had been sent", async () => {
    await streamed(ESSAY);
    const controller = new AbortController();
    const onDelta = (): void => controller.abort();
    await ask(`[[sim:trickle=5]] ${ESSAY}`, { onDelta }, controller.signal).catch((thrown) => thrown);
    while (!simulator().calls[1]?.ended) await turn();
    const [whole, part] = simulator().calls;
    expect(part!.usage.output).toBeLessThan(whole!.usage.output / 2);
    expect(BigInt(simulator().bill().billedNanoUsd)).toBe(BigInt(whole!.billedNanoUsd) + BigInt(part!.billedNanoUsd));
  });

  given("stream", "reads no further while what it handed over is being taken", async () => {
    const gates: (() => void)[] = [];
    const deltas: ProviderDelta[] = [];
    const onDelta = (delta: ProviderDelta): Promise<void> => {
      deltas.push(delta);
      return new Promise((resolve) => gates.push(resolve));
    };
    let ended = false;
    const answering = ask(ESSAY, { onDelta }).finally(() => (ended = true));
    while (gates.length === 0) await turn();
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(deltas).toHaveLength(1);
    for (let opened = 0; !ended; opened += 1) {
      expect(deltas.length).toBeLessThanOrEqual(opened + 1);
      gates[opened]?.();
      while (!ended && gates.length <= opened + 1) await turn();
    }
    expect(assembled(deltas).text).toBe((await answering).text);
  });

  given("stream", "is not held by a taker that never takes, once it is told to end", async () => {
    const controller = new AbortController();
    const onDelta = (): Promise<void> => {
      controller.abort();
      return new Promise(() => undefined);
    };
    expect(await ask(ESSAY, { onDelta }, controller.signal).catch((thrown) => thrown)).toMatchObject({ kind: "cancelled" });
  });
}
