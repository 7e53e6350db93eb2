import { openPolicyFolder } from "@leverframe/policy-source";
import { CHECK_NAMES } from "@leverframe/evaluation";
import { sha256 } from "@leverframe/nest";
import { ProviderBands } from "./provider-bands";

const set = openPolicyFolder("policies", { digest: sha256, checkNames: CHECK_NAMES }).current();

describe("the bands of providers", () => {
  it("are those that some rule asks about, as the fleet sees them", () => {
    const asked: string[] = [];
    const bandOfProvider = (provider: string) => {
      asked.push(provider);
      return provider === "openai" ? ("down" as const) : ("ok" as const);
    };
    const state = new ProviderBands({ bandOfProvider }, { nowMicros: () => 1 }).stateOf(set);
    expect(state).toEqual({ "providerHealth.openai": "down", "providerHealth.anthropic": "ok", "providerHealth.oss": "ok" });
    expect(asked).not.toContain("boundary");
  });
});
