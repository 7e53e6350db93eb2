export * from "./chat-prompt";
export * from "./count-input";
export * from "./image-size";
export * from "./read-chat-prompt";
export * from "./token-bound";
export * from "./utf8-length";
export * from "./write-chat-prompt";
