import { inspect } from "node:util";
import type { Deployment, ProviderApiName } from "@leverframe/catalog";
import { PROVIDER_ERROR_KINDS, PROVIDER_ERRORS, ProviderError, type ProviderErrorKind } from "@leverframe/execution";
import { failureOf, type Simulator, startSimulator } from "../../test/support/simulator";
import { createAdapters } from "./adapters";
import { PROVIDER_SUPPORT } from "./support";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";

/** `compatible` is a server of one's own, asked by the adapter of `openai`. */
export type WireName = ProviderApiName | "compatible";

const supportOf = (name: WireName) => PROVIDER_SUPPORT[name === "compatible" ? "openai" : name];

/** What a call ends in, and how it comes to that. */
type Way =
  | { readonly by: "error"; readonly marker: string; readonly told: boolean }
  | { readonly by: "refusal"; readonly marker: string }
  | { readonly by: "abort"; readonly reason: Error | undefined }
  | { readonly by: "address" }
  | { readonly by: "nothing"; readonly reason: string };

const NOTHING_OF_ITS_OWN: Partial<Record<ProviderErrorKind, string>> = {
  rate_limited: "a server of one's own sets no limits",
  quota: "a server of one's own sends no bill",
  content_refused: "the API has no word for it: a refusal is a text as any other",
  safety_blocked: "a server of one's own has no filter",
};

/** Endings that are answers where the API has no error for them. */
const REFUSALS = { content_refused: ["refusal", "refuse"], safety_blocked: ["filter", "refuse=filter"] } as const;

function wayOf(name: WireName, kind: ProviderErrorKind): Way {
  if (kind === "connection") return { by: "error", marker: "reset", told: false };
  if (kind === "malformed_output") return { by: "error", marker: "malformed", told: false };
  if (kind === "cancelled") return { by: "abort", reason: undefined };
  // What no provider says and no connection does: here an address of the catalog that is none.
  if (kind === "unknown") return { by: "address" };
  if (failureOf(name, kind) !== null) return { by: "error", marker: `fails=${kind}`, told: true };
  // The provider says nothing: the governed call's own deadline ends it.
  if (kind === "timeout") return { by: "abort", reason: new ProviderError("timeout", "the deadline has passed") };
  const reason = name === "compatible" ? NOTHING_OF_ITS_OWN[kind] : undefined;
  if (reason !== undefined) return { by: "nothing", reason };
  if (kind !== "content_refused" && kind !== "safety_blocked") throw new Error(`\`${name}\` neither has \`${kind}\` nor a reason why not`);
  const [feature, marker] = REFUSALS[kind];
  const { support, note } = supportOf(name).features[feature];
  return support === "no" ? { by: "nothing", reason: String(note) } : { by: "refusal", marker };
}

/** Every kind of failure at a real adapter, plain and streamed; what an API has no way to say is a skip with its reason. */
export function describeFailures(name: WireName, model: string): void {
  describe(`failure matrix of the adapter: ${name}`, () => {
    let simulator: Simulator;
    const secret = name === "bedrock" ? `AKIDEXAMPLE:${CANARY}` : CANARY;
    const adapters = createAdapters({ environment: { [KEY_ENV]: secret } });
    const { basePath, features } = supportOf(name);
    beforeAll(async () => (simulator = await startSimulator({ apiKeys: [secret] })));
    afterAll(async () => {
      await simulator.close();
      await adapters.close();
    });
    beforeEach(() => simulator.reset());

    const at = (url: string): Deployment => deploymentAt(name === "compatible" ? "openai" : name, `${url}/_${name}${basePath}`, model);
    const ask = (deployment: Deployment, marker: string, streamed: boolean, signal = NEVER) => {
      const call = callOf(deployment, `[[sim:${marker}]] Write an essay about railway signalling.`, streamed ? { onDelta: () => undefined } : {});
      return adapters.adapterOf(deployment).call(call, signal);
    };
    const failed = (answering: Promise<unknown>): Promise<unknown> => answering.then(() => Promise.reject(new Error("answered")), (thrown: unknown) => thrown);

    async function errorBy(way: Exclude<Way, { by: "refusal" | "nothing" }>, streamed: boolean): Promise<unknown> {
      if (way.by === "error") return failed(ask(at(simulator.url), way.marker, streamed));
      if (way.by === "address") return failed(ask(at("http://[no-address"), "good", streamed));
      const controller = new AbortController();
      const ended = failed(ask(at(simulator.url), "timeout", streamed, controller.signal));
      while (simulator.calls.length === 0) await new Promise(setImmediate);
      controller.abort(way.reason);
      return ended;
    }

    const rows = PROVIDER_ERROR_KINDS.flatMap((kind) => [false, true].map((streamed) => ({ kind, streamed, way: wayOf(name, kind) })));
    for (const { kind, streamed, way } of rows) {
      const title = `${kind}, ${streamed ? "streamed" : "plain"}`;
      if (way.by === "nothing") {
        it.skip(`${title} (skipped: ${way.reason})`, () => undefined);
      } else if (way.by === "refusal") {
        it(`${title}: an answer that is a refusal`, async () => {
          expect(await ask(at(simulator.url), way.marker, streamed)).toMatchObject({ refused: true, finishReason: "content_filter" });
        });
      } else {
        it(title, async () => {
          const error = await errorBy(way, streamed);
          const { retryable, fallback, billed } = PROVIDER_ERRORS[kind];
          expect(error).toMatchObject({ name: "ProviderError", kind, retryable, fallback, billed });
          expect(inspect(error, { depth: 12, showHidden: true })).not.toContain(CANARY);
          expect(simulator.calls).toHaveLength(way.by === "address" ? 0 : 1);
          if (way.by !== "error" || !way.told) return;
          const named = name !== "compatible" && features.errorRequestId.support !== "no";
          expect((error as ProviderError).providerRequestId).toBe(named ? simulator.calls[0]?.providerRequestId : null);
        });
      }
    }
  });
}
