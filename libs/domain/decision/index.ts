export * from "./answer";
export * from "./economics";
export * from "./ending";
export * from "./trail";
