export * from "./catalog";
export * from "./operations";
export * from "./pricing";
export * from "./provider-apis";
