import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deployment, KeyRef } from "@leverframe/catalog";
import { KeyChoice, type KeyChoiceOptions } from "./key-choice";
import { createKeySource } from "./key-sources";
import { KeyedAdapter } from "./keyed-adapter";
import { callOf, deploymentAt, NEVER } from "./testing/calls";
import { ProviderError, type ProviderAnswer } from "@leverframe/execution";
import { createVaultStore, type VaultLogin } from "./vault-store";

const NOON = 1_800_000_000_000_000;
const clock = { now: NOON, nowMicros: () => clock.now };
beforeEach(() => {
  clock.now = NOON;
});

const withKeys = (...apiKeys: KeyRef[]): Deployment => {
  const deployment = deploymentAt("openai", null, "m");
  return { ...deployment, provider: { ...deployment.provider, apiKeyEnv: null, apiKeys } };
};
const THREE = withKeys({ env: "A" }, { env: "B" }, { env: "C" });
const choiceOf = (environment: Record<string, string>, options: Partial<KeyChoiceOptions> = {}) => new KeyChoice({ source: createKeySource(environment, null), clock, ...options });
const take = async (choice: KeyChoice, deployment: Deployment, times: number) => {
  const taken: string[] = [];
  for (let time = 0; time < times; time++) taken.push((await choice.choose(deployment))!.key);
  return taken;
};

describe("the choice of a key", () => {
  it("takes the keys in turn", async () => {
    expect(await take(choiceOf({ A: "ka", B: " kb\n", C: "kc" }), THREE, 4)).toEqual(["ka", "kb", "kc", "ka"]);
  });

  it("passes over one that is not there, and says where they should stand when none is", async () => {
    expect(await take(choiceOf({ A: "ka", C: "kc" }), THREE, 3)).toEqual(["ka", "kc", "ka"]);
    await expect(choiceOf({}).choose(THREE)).rejects.toMatchObject({ kind: "auth", message: expect.stringContaining("nothing stands at env:A, env:B, env:C") });
    expect(await choiceOf({}).choose(withKeys())).toBeNull();
  });

  it("puts a rejected one aside at its deployment, tells so without the key, and tries it again after a while", async () => {
    const told: unknown[] = [];
    const choice = choiceOf({ A: "ka", B: "kb", C: "kc" }, { onQuarantine: (quarantine) => told.push(quarantine) });
    const chosen = (await choice.choose(THREE))!;
    expect(await choice.reject(THREE, chosen, "auth")).toBe(true);
    expect(new Set(await take(choice, THREE, 6))).toEqual(new Set(["kb", "kc"]));
    expect(await take(choice, { ...THREE, id: "another" }, 3)).toContain("ka");
    expect(told).toEqual([{ provider: "the-openai-provider", deployment: THREE.id, place: "env:A", reason: "auth" }]);
    expect([choice.quarantined(), JSON.stringify(told).includes("ka")]).toEqual([told, false]);
    clock.now += 61_000_000;
    expect(await take(choice, THREE, 3)).toContain("ka");
    expect(choice.quarantined()).toEqual([]);
  });

  it("with every key rejected says that none is left, and goes on with them: somebody may have put it right", async () => {
    const choice = choiceOf({ A: "ka", B: "kb", C: "kc" });
    const left: boolean[] = [];
    for (let turn = 0; turn < 3; turn++) left.push(await choice.reject(THREE, (await choice.choose(THREE))!, "auth"));
    expect(left).toEqual([true, true, false]);
    expect(await choice.choose(THREE)).not.toBeNull();
  });

  it("reads a file again when it changes: now and then, and at once when its key was rejected", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "keys-"));
    const file = path.join(dir, "key");
    try {
      writeFileSync(file, "first\n");
      const deployment = withKeys({ file });
      const choice = choiceOf({});
      expect(await take(choice, deployment, 2)).toEqual(["first", "first"]);
      writeFileSync(file, "second");
      clock.now += 6_000_000;
      // It is read beside the call; until it has been, the key that is known is used.
      while ((await choice.choose(deployment))!.key === "first") await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await take(choice, deployment, 1)).toEqual(["second"]);
      writeFileSync(file, "third");
      expect(await choice.reject(deployment, { key: "second", place: "" }, "auth")).toBe(true);
      expect(await take(choice, deployment, 1)).toEqual(["third"]);
      // A file that cannot be read leaves the key that is known.
      const errors: string[] = [];
      const failing = choiceOf({}, { onError: (_, place) => errors.push(place) });
      await expect(failing.choose(withKeys({ file: dir }))).rejects.toMatchObject({ kind: "auth" });
      expect(errors).toEqual([`file:${dir}`]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

describe("a call with a chosen key", () => {
  const answer = { text: "hi", finishReason: "stop", refused: false, usage: null, providerRequestId: "r", model: "m", region: null, rateLimit: null } as ProviderAnswer;
  const adapter = (call: (key: string) => ProviderAnswer) => ({ call: async ({ apiKey }: { apiKey?: string | null }) => call(String(apiKey)) });

  it("a rejected key is worth another attempt while another key is left", async () => {
    const keyed = new KeyedAdapter(adapter((key) => {
      if (key === "kb") return answer;
      throw new ProviderError("auth", "`p` answered 401");
    }), choiceOf({ A: "ka", B: "kb" }));
    const deployment = withKeys({ env: "A" }, { env: "B" });
    await expect(keyed.call(callOf(deployment, "Hi"), NEVER)).rejects.toMatchObject({ kind: "auth", retryable: true, billed: "no" });
    expect(await keyed.call(callOf(deployment, "Hi"), NEVER)).toBe(answer);
  });

  it("the last one's rejection is final", async () => {
    const keyed = new KeyedAdapter(adapter(() => {
      throw new ProviderError("quota", "`p` answered 402");
    }), choiceOf({ A: "ka" }));
    await expect(keyed.call(callOf(withKeys({ env: "A" }), "Hi"), NEVER)).rejects.toMatchObject({ kind: "quota", retryable: false });
  });

  it("what a server echoes of a key in names and ids is struck out", async () => {
    const key = "sk-canary-0123456789";
    const choice = choiceOf({ A: key });
    const deployment = withKeys({ env: "A" });
    const echoing = new KeyedAdapter(adapter((sent) => ({ ...answer, providerRequestId: `r-${sent}`, model: sent })), choice);
    expect(JSON.stringify(await echoing.call(callOf(deployment, "Hi"), NEVER))).not.toContain(key);
    const failing = new KeyedAdapter(adapter((sent) => {
      throw new ProviderError("unavailable", `\`p\` answered 500 (${sent})`, { providerRequestId: sent });
    }), choice);
    const error = await failing.call(callOf(deployment, "Hi"), NEVER).catch((thrown: ProviderError) => thrown);
    expect(error).toMatchObject({ kind: "unavailable", message: "`p` answered 500 ([key])", providerRequestId: "[key]" });
  });
});

/** Speaks the part of Vault's HTTP API that the store uses, as its documentation describes it. */
class VaultServer {
  readonly seen: { url: string; token: string | undefined; namespace: string | undefined }[] = [];
  secrets: Record<string, Record<string, string>> = { "/v1/secret/data/llm/openai": { key: "sk-from-vault" } };
  tokens = new Set(["root"]);
  issued = 0;
  leaseSeconds = 60;
  status: number | null = null;
  private readonly server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const [status, answer] = this.answer(request, body);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  url = "";

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer({ method, url = "", headers }: IncomingMessage, body: string): [number, object] {
    if (this.status !== null) return [this.status, { errors: ["sealed"] }];
    if (method === "POST" && url === "/v1/auth/approle/login") {
      const { role_id, secret_id } = JSON.parse(body) as Record<string, string>;
      if (role_id !== "role" || secret_id !== "secret") return [400, { errors: ["invalid role or secret ID"] }];
      const token = `issued-${++this.issued}`;
      this.tokens.add(token);
      return [200, { auth: { client_token: token, lease_duration: this.leaseSeconds, renewable: true } }];
    }
    const token = headers["x-vault-token"] as string | undefined;
    this.seen.push({ url, token, namespace: headers["x-vault-namespace"] as string | undefined });
    if (!token || !this.tokens.has(token)) return [403, { errors: ["permission denied"] }];
    const data = this.secrets[url];
    return data ? [200, { data: { data, metadata: { version: 1 } } }] : [404, { errors: [] }];
  }
}

describe("keys in a secret manager", () => {
  let vault: VaultServer;
  beforeEach(async () => {
    vault = await new VaultServer().start();
  });
  afterEach(() => vault.stop());
  const storeOf = (login: VaultLogin, namespace: string | null = null) => createVaultStore({ url: vault.url, login, namespace, clock });
  const read = (store: ReturnType<typeof storeOf>) => store.read("secret/llm/openai", "key");

  it("are read by path and field, with a token", async () => {
    const store = storeOf({ kind: "token", token: "root" }, "team");
    expect(await read(store)).toBe("sk-from-vault");
    expect(vault.seen).toEqual([{ url: "/v1/secret/data/llm/openai", token: "root", namespace: "team" }]);
    expect([await store.read("secret/llm/none", "key"), await store.read("secret/llm/openai", "none")]).toEqual([null, null]);
  });

  it("with an AppRole: one login for as long as its lease lasts, another after it, and after a revocation", async () => {
    const store = storeOf({ kind: "approle", roleId: "role", secretId: "secret" });
    await Promise.all([read(store), read(store)]);
    expect(vault.issued).toBe(1);
    clock.now += 50_000_000;
    await read(store);
    expect(vault.issued).toBe(2);
    vault.tokens.clear();
    expect(await read(store)).toBe("sk-from-vault");
    expect(vault.issued).toBe(3);
  });

  it.each<[string, VaultLogin, number | null, string]>([
    ["a wrong token", { kind: "token", token: "canary-token" }, null, "bad_config"],
    ["a wrong AppRole", { kind: "approle", roleId: "role", secretId: "canary-token" }, null, "bad_config"],
    ["a sealed server", { kind: "token", token: "canary-token" }, 503, "unavailable"],
  ])("%s is told without what was sent", async (_, login, status, code) => {
    vault.status = status;
    const error: Error = await read(storeOf(login)).then(() => new Error("read"), (thrown: Error) => thrown);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify([error.message, String(error.cause), error.stack])).not.toContain("canary-token");
  });

  it("are used by a provider, and a rotated one is found when the old one is rejected", async () => {
    const choice = new KeyChoice({ source: createKeySource({}, storeOf({ kind: "token", token: "root" })), clock });
    const deployment = withKeys({ vault: "secret/llm/openai#key" });
    const chosen = (await choice.choose(deployment))!;
    expect(chosen).toEqual({ key: "sk-from-vault", place: "vault:secret/llm/openai#key" });
    vault.secrets["/v1/secret/data/llm/openai"] = { key: "sk-rotated" };
    expect(await choice.reject(deployment, chosen, "auth")).toBe(true);
    expect((await choice.choose(deployment))!.key).toBe("sk-rotated");
  });

  it("stay in use while the server is away", async () => {
    const errors: unknown[] = [];
    const choice = new KeyChoice({ source: createKeySource({}, storeOf({ kind: "token", token: "root" })), clock, onError: (_, __, error) => errors.push(error) });
    const deployment = withKeys({ vault: "secret/llm/openai#key" });
    await choice.choose(deployment);
    vault.status = 503;
    clock.now += 60_000_000;
    await choice.choose(deployment);
    while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await choice.choose(deployment))!.key).toBe("sk-from-vault");
    expect(errors).toHaveLength(1);
  });
});
