import { AppError, type Clock } from "@leverframe/kernel";
import type { Config, Logger } from "@leverframe/nest";
import { createKeySource, createVaultStore, KeyChoice, type VaultLogin } from "@leverframe/providers";
import { Gauge, type Registry } from "prom-client";

type Environment = Readonly<Record<string, string | undefined>>;

/** The choice of providers' keys: from the environment, files, and the secret manager that is configured. */
export function openKeyChoice({ vault }: Pick<Config, "vault">, environment: Environment, clock: Clock, logger: Logger): KeyChoice {
  const { url, namespace } = vault;
  const secrets = url === null ? null : createVaultStore({ url, login: vaultLogin(vault), namespace, clock });
  return new KeyChoice({
    source: createKeySource(environment, secrets),
    clock,
    onQuarantine: (quarantine) => logger.error(quarantine, "a provider rejected a key: it is put aside, and tried again after a while"),
    onError: (provider, place, err) => logger.warn({ provider, place, err }, "a key cannot be read: the one that was read before stays in use"),
  });
}

function vaultLogin({ token, tokenFile, roleId, secretId }: Config["vault"]): VaultLogin {
  if (token !== null) return { kind: "token", token };
  if (tokenFile !== null) return { kind: "token-file", file: tokenFile };
  if (roleId !== null && secretId !== null) return { kind: "approle", roleId, secretId };
  throw new AppError("bad_config", "`vault.url` is set; expected `vault.token`, `vault.tokenFile`, or `vault.roleId` with `vault.secretId`");
}

export function registerKeyMetrics(registry: Registry, keys: KeyChoice): void {
  new Gauge({
    name: "leverframe_provider_key_quarantined",
    help: "1 for each key that a provider rejected and that is not used for a while; named by its place",
    labelNames: ["provider", "deployment", "place", "reason"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { provider, deployment, place, reason } of keys.quarantined()) this.set({ provider, deployment, place, reason }, 1);
    },
  });
}
