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
    const clock = { now: 1, nowMicros: () => clock.now };
    const bands = new ProviderBands({ bandOfProvider }, clock);
    const state = bands.stateOf(set);
    expect(bands.stateOf(set)).toBe(state);
    expect(asked).toHaveLength(3);
    clock.now += 60_000;
    expect(bands.stateOf(set)).toEqual(state);
    expect(asked).toHaveLength(6);
    expect(state).toEqual({ "providerHealth.openai": "down", "providerHealth.anthropic": "ok", "providerHealth.oss": "ok" });
    expect(asked).not.toContain("boundary");
  });
});
