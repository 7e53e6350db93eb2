import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "mistral",
  model: "mistral-medium-3",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [402, "quota"],
    [403, "auth"],
    [404, "unavailable"],
    [422, "bad_request"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [504, "timeout"],
  ],
});
