export * from "./adapters";
export { KeyChoice, type KeyChoiceOptions, type KeyQuarantine } from "./key-choice";
export { createKeySource, type KeySource, placeOf, type SecretStore } from "./key-sources";
export { createVaultStore, type VaultLogin, type VaultOptions } from "./vault-store";
export type { KeyEnvironment } from "./provider-keys";
export * from "./provider-table";
export * from "./support";
export type { TransportOptions } from "./transport";
