export * from "./chat-prompt";
export * from "./read-chat-prompt";
export * from "./token-bound";
export * from "./write-chat-prompt";
