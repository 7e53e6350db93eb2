export * from "./canonical-json";
export * from "./clock";
export * from "./digest";
export * from "./errors";
export * from "./ids";
export * from "./money";
export * from "./request-identity";
