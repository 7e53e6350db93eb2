export * from "./adapters";
export type { KeyEnvironment } from "./provider-keys";
export type { TransportOptions } from "./transport";
