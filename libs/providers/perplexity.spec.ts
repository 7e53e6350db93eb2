import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "perplexity",
  model: "sonar",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [504, "timeout"],
  ],
});
