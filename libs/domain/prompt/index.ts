export * from "./chat-prompt";
export * from "./token-bound";
