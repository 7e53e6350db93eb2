export * from "./identifier-kind";
export * from "./mask";
export * from "./redact";
export { RESTORED_CHARS_MAX } from "./restore";
