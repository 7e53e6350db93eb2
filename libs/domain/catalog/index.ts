export * from "./catalog";
export * from "./pricing";
export * from "./provider-apis";
