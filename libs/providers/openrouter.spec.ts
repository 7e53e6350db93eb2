import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "openrouter",
  model: "meta-llama/llama-3.3-70b-instruct",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [402, "quota"],
    [403, "auth"],
    [404, "unavailable"],
    [408, "timeout"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "unavailable"],
  ],
});
