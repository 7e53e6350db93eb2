export * from "./codec";
export * from "./envelope";
export * from "./file-schemas";
export type { EventTypes } from "./generated/schemas";
export * from "./topic-names";
export * from "./topics";
