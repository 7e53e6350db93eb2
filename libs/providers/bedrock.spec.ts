import { startSimulator } from "../../test/support/simulator";
import { createAdapters } from "./adapters";
import { describeProviderConformance } from "./provider.conformance";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";

const MODEL = "anthropic.claude-haiku-4-5-v1:0";
const keyOf = (secret: string): string => `AKIDEXAMPLE:${secret}`;

describeProviderConformance({
  api: "bedrock",
  model: MODEL,
  region: "eu-central-1",
  keyOf,
  statuses: [
    [400, "bad_request"],
    [403, "auth"],
    [404, "unavailable"],
    [408, "timeout"],
    [424, "unavailable"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
  ],
});

describe("bedrock's signature", () => {
  it.each([
    ["another secret", keyOf("another-secret"), "InvalidSignatureException"],
    ["an account that nobody knows", "AKIDNOBODY:secret", "UnrecognizedClientException"],
  ])("by %s is turned away as a matter of keys", async (_what, key, exception) => {
    await using simulator = await startSimulator({ apiKeys: [keyOf(CANARY)] });
    const adapters = createAdapters({ environment: { [KEY_ENV]: key } });
    const deployment = deploymentAt("bedrock", `${simulator.url}/_bedrock`, MODEL);
    const error: unknown = await adapters.adapterOf(deployment).call(callOf(deployment, "Hi"), NEVER).catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: "auth", billed: "no", message: expect.stringContaining(exception) });
    await adapters.close();
  });
});
