import { PROVIDER_API_NAMES, PROVIDER_APIS } from "@leverframe/catalog";
import { compilePolicySet, formatPolicyError, type PolicyFile } from "./index";
import { digest, folder } from "./testing/small-set";

const small = folder().find(({ path }) => path === "catalog.yaml")?.text ?? "";

function compiled(cloud: string, price = "") {
  const text = small.replace("{ id: cloud, api: openai }", cloud).replace("outputUsd: 2 }", `outputUsd: 2${price} }`);
  const files: PolicyFile[] = folder({ "catalog.yaml": text });
  const { ok, errors } = compilePolicySet(files, digest, { checkNames: [] });
  return { catalog: ok?.catalog, errors: (errors ?? []).map(formatPolicyError) };
}

const settingsOf = (api: keyof typeof PROVIDER_APIS): string => Object.keys(PROVIDER_APIS[api].settings).map((name) => `${name}: eu-1`).join(", ");

describe("a provider of the catalog", () => {
  it.each(PROVIDER_API_NAMES)("may speak %s, with whatever that API needs to know", (api) => {
    const settings = settingsOf(api) === "" ? "" : `, settings: { ${settingsOf(api)} }`;
    const { catalog, errors } = compiled(`{ id: cloud, api: ${api}, baseUrl: "https://cloud.example"${settings} }`);
    expect(errors).toEqual([]);
    const expected = Object.fromEntries(Object.keys(PROVIDER_APIS[api].settings).map((name) => [name, "eu-1"]));
    expect(catalog?.byId.get("big-us")?.provider.settings ?? {}).toEqual(expected);
  });

  it.each([
    ["{ id: cloud, api: telepathy }", "api `telepathy`; expected openai, anthropic"],
    ["{ id: cloud, api: azure-openai }", "a provider of api `azure-openai` has no `baseUrl`"],
    ["{ id: cloud, api: bedrock }", "a provider of api `bedrock` has no `settings`"],
    ["{ id: cloud, api: vertex, settings: { project: p } }", "`settings` has no `location`"],
    ["{ id: cloud, api: bedrock, settings: { regoin: eu-1 } }", "unknown field `regoin` of the settings of api `bedrock`; expected region; did you mean `region`?"],
    ["{ id: cloud, api: bedrock, settings: { region: \"eu/../x\" } }", "region `eu/../x`; expected letters, digits and .:,_-"],
    ["{ id: cloud, api: mistral, settings: { region: eu } }", "a provider of api `mistral` has no settings; expected none"],
  ])("%s is refused", (cloud, message) => {
    expect(compiled(cloud).errors.join("\n")).toContain(message);
  });

  it("may charge for each call", () => {
    const { catalog } = compiled("{ id: cloud, api: openai }", ", requestUsd: 0.005");
    expect(catalog?.byId.get("mid-us")?.price).toMatchObject({ requestNanoUsd: 5_000_000n });
  });
});
