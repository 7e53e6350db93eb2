import { readFile } from "node:fs/promises";
import { AppError, type Clock } from "@leverframe/kernel";
import type { SecretStore } from "./key-sources";

/** How we prove to a Vault-compatible server who we are. */
export type VaultLogin =
  | { readonly kind: "token"; readonly token: string }
  /** Where an agent keeps a token fresh; read for each request. */
  | { readonly kind: "token-file"; readonly file: string }
  | { readonly kind: "approle"; readonly roleId: string; readonly secretId: string };

export interface VaultOptions {
  readonly url: string;
  readonly login: VaultLogin;
  readonly namespace?: string | null;
  readonly timeoutMs?: number;
  readonly clock: Clock;
}

const TIMEOUT_MS = 5_000;
const BODY_CHARACTERS_MAX = 1024 * 1024;
/** A token is renewed by a new login when this much of its lease is over. */
const LEASE_SHARE = 0.8;

/**
 * Keys from the KV engine, version 2, of HashiCorp Vault or of a server that speaks its HTTP API (OpenBao):
 * `GET /v1/<mount>/data/<path>`, `POST /v1/auth/approle/login`. The first part of a path is the mount.
 */
export function createVaultStore(options: VaultOptions): SecretStore {
  const vault = new VaultStore(options);
  return { read: (path, field) => vault.read(path, field), close: async () => undefined };
}

interface LoggedIn {
  readonly token: string;
  readonly untilMicros: number;
}

class VaultStore {
  #session: Promise<LoggedIn> | null = null;

  constructor(private readonly options: VaultOptions) {}

  async read(path: string, field: string): Promise<string | null> {
    const [mount = "", ...rest] = path.split("/");
    const address = `/v1/${encodeURIComponent(mount)}/data/${rest.map(encodeURIComponent).join("/")}`;
    const answer = await this.#authorised(address);
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw refused(answer.status, path);
    const value = (answer.body as { data?: { data?: Record<string, unknown> | null } }).data?.data?.[field];
    return typeof value === "string" ? value : null;
  }

  /** A token may have been revoked before its time: one refusal leads to one new login. */
  async #authorised(address: string): Promise<VaultAnswer> {
    const answer = await this.#get(address, await this.#token());
    if (answer.status !== 403 || this.options.login.kind !== "approle") return answer;
    this.#session = null;
    return this.#get(address, await this.#token());
  }

  #get(address: string, token: string): Promise<VaultAnswer> {
    return this.#request(address, { headers: { "x-vault-token": token } });
  }

  async #token(): Promise<string> {
    const { login, clock } = this.options;
    if (login.kind === "token") return login.token;
    if (login.kind === "token-file") return tokenIn(login.file);
    const session = await (this.#session ??= this.#logIn(login));
    if (clock.nowMicros() < session.untilMicros) return session.token;
    this.#session = this.#logIn(login);
    return (await this.#session).token;
  }

  async #logIn({ roleId, secretId }: Extract<VaultLogin, { kind: "approle" }>): Promise<LoggedIn> {
    try {
      const body = JSON.stringify({ role_id: roleId, secret_id: secretId });
      const answer = await this.#request("/v1/auth/approle/login", { method: "POST", body, headers: { "content-type": "application/json" } });
      const auth = (answer.body as { auth?: { client_token?: unknown; lease_duration?: unknown } | null }).auth;
      if (answer.status !== 200 || typeof auth?.client_token !== "string") throw refused(answer.status, "auth/approle/login");
      const leaseSeconds = typeof auth.lease_duration === "number" && auth.lease_duration > 0 ? auth.lease_duration : Infinity;
      return { token: auth.client_token, untilMicros: this.options.clock.nowMicros() + leaseSeconds * LEASE_SHARE * 1_000_000 };
    } catch (error) {
      // The next one to ask tries again.
      this.#session = null;
      throw error;
    }
  }

  async #request(address: string, init: RequestInit): Promise<VaultAnswer> {
    const { url, namespace, timeoutMs = TIMEOUT_MS } = this.options;
    const headers = { ...init.headers, "x-vault-request": "true", ...(namespace ? { "x-vault-namespace": namespace } : {}) };
    try {
      const response = await fetch(new URL(address, url), { ...init, headers, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
      const text = await response.text();
      if (text.length > BODY_CHARACTERS_MAX) throw new Error("answer too long");
      return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
    } catch {
      // Without the original as cause: it may hold the request, and with it the token.
      throw new AppError("unavailable", `the secret manager gave no answer to ${address}`);
    }
  }
}

interface VaultAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What may pass (sealed, overloaded, failing) is worth another try; a refusal is not, until somebody changes something. */
const refused = (status: number, path: string): AppError =>
  new AppError(status >= 500 || status === 429 ? "unavailable" : "bad_config", `the secret manager answered ${status} for \`${path}\``);

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    throw new AppError("unavailable", `the token file \`${file}\` of the secret manager cannot be read`);
  }
}
