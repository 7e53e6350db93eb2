export * from "./attempt-store";
export * from "./chat-prompt";
export * from "./provider-adapter";
export * from "./provider-error";
