import { inspect } from "node:util";
import type { ProviderAdapter, ProviderAnswer, ProviderCall, ProviderError, ProviderErrorKind } from "@leverframe/execution";
import type { Deployment, ProviderApiName } from "@leverframe/catalog";
import { promptDigest, type Simulator, startSimulator } from "../../test/support/simulator";
import { createAdapters } from "./adapters";
import { describeImages } from "./images.conformance";
import { describeStreaming } from "./streaming.conformance";
import { PROVIDER_SUPPORT, type ProviderFeature } from "./support";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";
import { describeTools } from "./tools.conformance";

export interface ProviderUnderTest {
  readonly api: ProviderApiName;
  /** A model that the simulator serves over this wire. */
  readonly model: string;
  /** What the provider says when a request is too long for its body limit, its quota is used up, …: status by kind. */
  readonly statuses: readonly (readonly [status: number, kind: ProviderErrorKind])[];
  /** The key as the provider wants it written, around the secret that may never leave an adapter; itself when absent. */
  readonly keyOf?: (canary: string) => string;
  /** Where the provider says, or is told, to compute. */
  readonly region?: string;
}

const SCHEMA = JSON.stringify({
  type: "object",
  properties: { name: { type: "string" }, year: { type: "integer" } },
  required: ["name", "year"],
  additionalProperties: false,
});

/** A running simulator, and the adapter under test before it. */
export interface Bench {
  readonly api: ProviderApiName;
  readonly simulator: () => Simulator;
  readonly features: (typeof PROVIDER_SUPPORT)[ProviderApiName]["features"];
  /** A case of features; where the adapter has one of them not, the reason stands in the skipped case's title. */
  readonly given: (features: ProviderFeature | readonly ProviderFeature[], title: string, run: () => Promise<void>) => void;
  readonly ask: (content: string, changes?: Partial<ProviderCall>, signal?: AbortSignal) => Promise<ProviderAnswer>;
  /** The error of a call that must fail; nothing of it may hold the key. */
  readonly failing: (content: string, changes?: Partial<ProviderCall>) => Promise<ProviderError>;
}

/** What every adapter owes the governed call, over its real wire format. */
export function describeProviderConformance(provider: ProviderUnderTest): void {
  const { features, basePath } = PROVIDER_SUPPORT[provider.api];
  const given: Bench["given"] = (needed, title, run) => {
    const missing = [needed].flat().find((feature) => features[feature].support === "no");
    if (missing !== undefined) it.skip(`${title} (skipped: ${features[missing].note})`, run);
    else it(title, run);
  };

  describe(`provider conformance: ${provider.api}`, () => {
    let simulator: Simulator;
    let adapters: ReturnType<typeof createAdapters>;
    let adapter: ProviderAdapter;
    const key = provider.keyOf?.(CANARY) ?? CANARY;
    const environment = { [KEY_ENV]: key };
    const at = (url: string): Deployment => {
      const deployment = deploymentAt(provider.api, `${url}/_${provider.api}${basePath}`, provider.model);
      return { ...deployment, price: { ...deployment.price, cacheWriteNanoUsd: 1n } };
    };

    beforeAll(async () => {
      simulator = await startSimulator({ apiKeys: [key] });
      adapters = createAdapters({ environment });
      adapter = adapters.adapterOf(at(simulator.url));
    });
    afterAll(async () => {
      await simulator.close();
      await adapters.close();
    });
    beforeEach(() => simulator.reset());

    const ask = (content: string, changes: Parameters<typeof callOf>[2] = {}, signal = NEVER): Promise<ProviderAnswer> =>
      adapter.call(callOf(at(simulator.url), content, changes), signal);
    const failing = async (content: string, changes: Parameters<typeof callOf>[2] = {}): Promise<ProviderError> => {
      const error = await ask(content, changes).then(
        (answer) => Promise.reject(new Error(`answered: ${answer.text}`)),
        (thrown: ProviderError) => thrown,
      );
      expect(error.name).toBe("ProviderError");
      expect(inspect(error, { depth: 12, showHidden: true })).not.toContain(CANARY);
      return error;
    };

    const bench: Bench = { api: provider.api, simulator: () => simulator, features, given, ask, failing };
    describe("tools", () => describeTools(bench));
    describe("images", () => describeImages(bench));
    describe("streaming", () => describeStreaming(bench));

    given("chat", "answers, with usage as billed, request id, model and stop reason", async () => {
      const answer = await ask("Name three colours.");
      const [call] = simulator.calls;
      expect(answer).toMatchObject({ finishReason: "stop", refused: false, model: provider.model });
      expect(answer.text.length).toBeGreaterThan(0);
      expect(answer.providerRequestId).toBe(call?.providerRequestId);
      const { usage } = call!;
      expect(answer.usage).toEqual({
        inputTokens: usage.input + usage.cacheRead + usage.cacheWrite,
        cachedInputTokens: usage.cacheRead,
        cacheWriteTokens: usage.cacheWrite,
        outputTokens: usage.output,
        reasoningTokens: expect.any(Number),
      });
    });

    given("cachedTokens", "counts cached input as part of the input", async () => {
      const long = { role: "system", content: "Consider every rule of the house. ".repeat(400) } as const;
      const messages = [long, { role: "user", content: "May I?" }] as const;
      expect((await ask("", { messages })).usage?.cachedInputTokens).toBe(0);
      const { usage } = await ask("", { messages });
      expect(usage?.cachedInputTokens).toBe(simulator.calls[1]?.usage.cacheRead);
      expect(usage?.cachedInputTokens).toBeGreaterThan(1_000);
      expect(usage?.inputTokens).toBeGreaterThan(usage?.cachedInputTokens ?? 0);
    });

    given("reasoningTokens", "counts reasoning as part of the output", async () => {
      simulator.configureModel(provider.model, { reasoningShare: 0.5 });
      const { usage } = await ask("Why is the sky blue?");
      const billed = simulator.calls[0]?.usage;
      expect(usage).toMatchObject({ reasoningTokens: billed?.reasoning, outputTokens: billed?.output });
      expect(usage?.reasoningTokens).toBeGreaterThan(0);
    });

    given("rateLimit", "tells how much more the provider would take", async () => {
      const { rateLimit } = await ask("Hello");
      expect(rateLimit?.requestsLeft).toBeGreaterThan(0);
    });

    given("region", "tells where the answer was computed", async () => {
      expect((await ask("Hello")).region).toBe(provider.region);
    });

    it("says on every call which permit, attempt and request it is for", async () => {
      await ask("Hello", { permitId: "p-1", attemptId: "a-1", requestId: "r-1" });
      expect(simulator.calls).toMatchObject([{ permit: "p-1", attempt: "a-1", request: "r-1" }]);
    });

    it("I2 no unfunded call: enforces the output limit at the provider, and tells an answer that it cut", async () => {
      const answer = await ask("Write a long essay about railway signalling.", { maxOutputTokens: 5 });
      expect(simulator.calls[0]?.outputTokensMax).toBe(5);
      expect(answer.finishReason).toBe("length");
      expect(answer.usage?.outputTokens).toBeLessThanOrEqual(5);
    });

    given("chat", "carries a conversation of several turns, system prompt first", async () => {
      const messages = [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello" },
        { role: "user", content: "And again?" },
      ] as const;
      expect((await ask("", { messages })).text).not.toBe("");
      expect(simulator.calls[0]?.promptDigest).toBe(promptDigest(messages.map(({ content }) => content)));
    });

    given("jsonSchema", "asks for JSON by schema", async () => {
      const { text } = await ask("[[sim:good]] Who built the first lever frame?", { outputSchema: SCHEMA });
      expect(JSON.parse(text)).toEqual({ name: expect.any(String), year: expect.any(Number) });
    });

    it("makes one call, whatever comes of it: retries are not the SDK's", async () => {
      for (const marker of ["error=503", "429", "error=500", "reset", "error=408"]) {
        simulator.reset();
        await failing(`[[sim:${marker}]] Hello`);
        expect(simulator.calls).toHaveLength(1);
      }
    });

    given("refusal", "tells a refusal of the model", async () => {
      expect(await ask("[[sim:refuse]] Hello")).toMatchObject({ refused: true, finishReason: "content_filter" });
    });

    given("filter", "tells an answer stopped by a content filter", async () => {
      expect(await ask("[[sim:refuse=filter]] Hello")).toMatchObject({ refused: true, finishReason: "content_filter" });
    });

    it("passes an empty answer on", async () => {
      expect(await ask("[[sim:empty]] Hello")).toMatchObject({ text: "", refused: false });
    });

    it.each(provider.statuses)("normalises status %i as %s, where a stream was asked for too", async (status, kind) => {
      for (const changes of [{}, { onDelta: () => undefined }]) {
        const error = await failing(`[[sim:error=${status}]] Hello`, changes);
        expect(error).toMatchObject({ kind, billed: kind === "timeout" ? "unknown" : "no" });
        expect(error.cause).toBeInstanceOf(Error);
      }
    });

    given("errorRequestId", "names the provider's id of a call that failed", async () => {
      const error = await failing("[[sim:error=500]] Hello");
      expect(error.providerRequestId).toBe(simulator.calls[0]?.providerRequestId);
    });

    given("retryAfter", "hands on how long to wait, or that nobody said", async () => {
      expect(await failing("[[sim:429=7]] Hello")).toMatchObject({ kind: "rate_limited", retryAfterMs: 7_000 });
      expect(await failing("[[sim:429]] Hello")).toMatchObject({ kind: "rate_limited", retryAfterMs: null });
    });

    it("tells a rejected key without repeating it", async () => {
      expect(await failing("Hello", { apiKey: "sk-wrong-8d1f" })).toMatchObject({ kind: "auth", billed: "no" });
    });

    it("makes no call without a key", async () => {
      const keyless = createAdapters({ environment: {} });
      const error: unknown = await keyless.adapterOf(at(simulator.url)).call(callOf(at(simulator.url), "Hi"), NEVER).catch((e) => e);
      expect(error).toMatchObject({ kind: "auth", billed: "no", message: expect.stringContaining(KEY_ENV) });
      expect(simulator.calls).toEqual([]);
      await keyless.close();
    });

    it("tells JSON that cannot be read", async () => {
      expect(await failing("[[sim:malformed]] Hello")).toMatchObject({ kind: "malformed_output", billed: "unknown" });
    });

    it.each(["reset", "cut"])("tells a connection that broke (%s) as one that may be billed", async (marker) => {
      expect(await failing(`[[sim:${marker}]] Hello`)).toMatchObject({ kind: "connection", billed: "unknown" });
    });

    it("tells a server that is not there as one that cannot bill", async () => {
      const gone = await startSimulator();
      await gone.close();
      const error: unknown = await adapter.call(callOf(at(gone.url), "Hi"), NEVER).catch((e) => e);
      expect(error).toMatchObject({ kind: "connection", billed: "no" });
    });

    it.each(["timeout", "slow=60000"])("ends at once when told to (%s)", async (marker) => {
      const controller = new AbortController();
      const ended = ask(`[[sim:${marker}]] Hello`, {}, controller.signal).catch((e) => e);
      while (simulator.calls.length === 0) await new Promise(setImmediate);
      controller.abort();
      expect(await ended).toMatchObject({ kind: "cancelled", billed: "unknown" });
      while (!simulator.calls[0]?.clientDisconnected) await new Promise(setImmediate);
    });

    it("makes no call that was cancelled before", async () => {
      expect(await ask("Hello", {}, AbortSignal.abort()).catch((e) => e)).toMatchObject({ kind: "cancelled" });
      expect(simulator.calls).toEqual([]);
    });
  });
}
