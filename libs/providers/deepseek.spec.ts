import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "deepseek",
  model: "deepseek-chat",
  statuses: [
    [400, "bad_request"],
    [401, "auth"],
    [402, "quota"],
    [422, "bad_request"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
  ],
});
