import { describeProviderConformance } from "./provider.conformance";

describeProviderConformance({
  api: "bedrock",
  model: "anthropic.claude-haiku-4-5-v1:0",
  region: "eu-central-1",
  keyOf: (canary) => `AKIDEXAMPLE:${canary}`,
  statuses: [
    [400, "bad_request"],
    [403, "auth"],
    [404, "unavailable"],
    [408, "timeout"],
    [424, "unavailable"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
  ],
});
