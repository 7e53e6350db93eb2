import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "azure-openai",
  model: "gpt-5.4-mini",
  region: "Sweden Central",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [404, "unavailable"],
    [408, "timeout"],
    [413, "context_overflow"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
  ],
});
