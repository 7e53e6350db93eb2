export * from "./expected-cost";
export * from "./select";
export * from "./share-out";
export * from "./sound-selection";
