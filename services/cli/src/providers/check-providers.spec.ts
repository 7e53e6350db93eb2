import { type Catalog, PROVIDER_API_NAMES } from "@leverframe/catalog";
import { loadConfig } from "@leverframe/nest";
import { startSimulator } from "../../../../test/support/simulator";
import { policySetOf } from "../installation";
import { runCommandLine } from "../program";
import { capturedTerminal } from "../testing/captured-terminal";
import { checkProviders } from "./check-providers";
import { providersOf } from "./provider-keys";

const ENVIRONMENT = { OPENAI_API_KEY: "k-openai", ANTHROPIC_API_KEY: "k-wrong", OSS_API_KEY: " " };

function catalogAt(url: string): Catalog {
  const paths = { openai: "_openai/v1", anthropic: "_anthropic", oss: "_openai/v1", boundary: "_anthropic" };
  const baseUrls = Object.entries(paths).map(([id, path]) => `${id}=${url}/${id}/${path}`);
  return policySetOf(loadConfig({ env: {}, overrides: { providers: { baseUrls } } })).catalog;
}

describe("leverframe providers check", () => {
  it("calls each provider that has a key once, at its cheapest deployment, and tells what it found", async () => {
    await using simulator = await startSimulator({ apiKeys: ["k-openai"] });
    const catalog = catalogAt(simulator.url);
    const findings = await checkProviders(catalog, { environment: ENVIRONMENT, timeoutMs: 10_000 });
    expect(findings.map(({ deployment }) => deployment.provider.id)).toEqual(providersOf(catalog).map(({ id }) => id));
    const found = Object.fromEntries(findings.map((finding) => [finding.deployment.provider.id, finding]));
    expect(found["openai"]).toMatchObject({ outcome: "answered", deployment: { id: "openai/gpt-5.4-mini" }, answer: { rateLimit: { requestsLeft: expect.any(Number) } } });
    expect(found["openai"]?.costNanoUsd).toBeGreaterThan(0n);
    expect(found["anthropic"]).toMatchObject({ outcome: "auth", answer: null });
    expect(found["oss"]).toMatchObject({ outcome: "no_key", detail: "set OSS_API_KEY" });
    expect(found["boundary"]).toMatchObject({ outcome: "no_key" });
    expect(simulator.calls.map(({ provider }) => provider).sort()).toEqual(["anthropic", "openai"]);
    expect(simulator.calls.every(({ outputTokensMax }) => outputTokensMax === null || outputTokensMax <= 16)).toBe(true);
  });

  it("without a key says of every wire API what it needs, calls nobody and fails", async () => {
    const kept = { ...process.env };
    for (const name of ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OSS_API_KEY", "BOUNDARY_API_KEY"]) delete process.env[name];
    const terminal = capturedTerminal("", 200);
    try {
      expect(await runCommandLine(["providers", "check"], terminal)).toBe(1);
    } finally {
      Object.assign(process.env, kept);
    }
    const said = terminal.outLines.join("\n");
    for (const name of ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OSS_API_KEY", "BOUNDARY_API_KEY"]) expect(said).toContain(`set ${name}`);
    const absent = PROVIDER_API_NAMES.filter((api) => api !== "openai" && api !== "anthropic");
    for (const api of absent) expect(said).toContain(`a provider with \`api: ${api}\``);
    expect(said).toContain("Vertex AI: a provider with `api: vertex`, `settings.project`, `settings.location`, `apiKeyEnv` for an OAuth access token");
    expect(terminal.errLines.join("\n")).toContain("no provider was called: none has a key");
  });

  it("says when another version answered than the one that is pinned", async () => {
    await using simulator = await startSimulator({ apiKeys: ["k-openai"] });
    const { version, deployments } = catalogAt(simulator.url);
    const pinned = deployments.filter(({ id }) => id === "openai/gpt-5.4-mini").map((deployment) => ({ ...deployment, pin: "2026-03-05" }));
    const catalog = { version, deployments: pinned, byId: new Map(pinned.map((deployment) => [deployment.id, deployment])) };
    const [finding] = await checkProviders(catalog, { environment: ENVIRONMENT, timeoutMs: 10_000 });
    expect(finding).toMatchObject({ outcome: "answered", detail: "`gpt-5.4-mini` answered; pinned is `2026-03-05`" });
  });

  it("waits for nobody longer than it was told to", async () => {
    await using simulator = await startSimulator({ faults: [{ fault: "timeout" }] });
    const findings = await checkProviders(catalogAt(simulator.url), { environment: ENVIRONMENT, timeoutMs: 50 });
    expect(findings.filter(({ outcome }) => outcome === "timeout")).toHaveLength(2);
  });
});
