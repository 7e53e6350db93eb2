import { compilePolicySet, formatPolicyError } from "./index";
import { digest, folder } from "./testing/small-set";

const small = folder().find(({ path }) => path === "catalog.yaml")?.text ?? "";

function compiled(provider: string, deployment = "") {
  const text = small.replace("{ id: cloud, api: openai }", provider).replace("id: mid-us,", `id: mid-us,${deployment}`);
  const { ok, errors } = compilePolicySet(folder({ "catalog.yaml": text }), digest, { checkNames: [] });
  return { catalog: ok?.catalog, errors: (errors ?? []).map(formatPolicyError) };
}

describe("how a catalog says its deployments are run", () => {
  it("names several keys by their places, in the order in which they are used", () => {
    const { catalog, errors } = compiled('{ id: cloud, api: openai, apiKeys: [{ env: KEY_A }, { file: /run/secrets/b }, { vault: "secret/llm/openai#key" }] }');
    expect(errors).toEqual([]);
    expect(catalog?.byId.get("mid-us")?.provider.apiKeys).toEqual([{ env: "KEY_A" }, { file: "/run/secrets/b" }, { vault: "secret/llm/openai#key" }]);
  });

  it.each([
    ["{ id: cloud, api: openai, apiKeyEnv: KEY, apiKeys: { env: KEY_A } }", "a provider has `apiKeyEnv` or `apiKeys`; expected one of them"],
    ["{ id: cloud, api: openai, apiKeys: [{ env: KEY_A, file: /a }] }", "a key has 2 places; expected one of env, file, vault"],
    ["{ id: cloud, api: openai, apiKeys: [{ env: sk-not-a-name }] }", "env `sk-not-a-name`; expected the name of an environment variable"],
    ["{ id: cloud, api: openai, apiKeys: [{ vault: secret/llm }] }", "vault `secret/llm`; expected `<path>#<field>`"],
    ["{ id: cloud, api: openai, apiKeys: [{ secret: abc }] }", "unknown field `secret` of a key"],
  ])("refuses %s", (provider, message) => {
    expect(compiled(provider).errors.join("\n")).toContain(message);
  });

  it("tells limits and weight of a deployment", () => {
    const { catalog, errors } = compiled("{ id: cloud, api: openai }", " limits: { requestsPerMinute: 600 }, weight: 3,");
    expect(errors).toEqual([]);
    expect(catalog?.byId.get("mid-us")).toMatchObject({ limits: { requestsPerMinute: 600, tokensPerMinute: null }, weight: 3 });
    expect(compiled("{ id: cloud, api: openai }", " weight: 1001,").errors.join()).toContain("weight `1001`; expected a whole number from 0 to 1000");
  });
});
