export * from "./adapters";
export type { KeyEnvironment } from "./provider-keys";
export * from "./support";
export type { TransportOptions } from "./transport";
