export * from "./answer";
export * from "./economics";
export * from "./ending";
export * from "./next-meta";
export * from "./opinion-round";
export * from "./review";
export * from "./trail";
export * from "./waited-rounds";
