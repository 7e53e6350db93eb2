import { applicationPrincipal, CLI_PRINCIPAL, kafkaAcls, OPERATOR_PRINCIPAL, stagePrincipal } from "./acls";
import { TopicNames } from "./topic-names";

const acls = kafkaAcls(["hr", "shop"]);
const rightsOf = (principal: string): string[] =>
  acls.filter((acl) => acl.principal === principal).map((acl) => `${acl.operation} ${acl.resourceType} ${acl.resourceName} ${acl.patternType}`);

describe("access rights", () => {
  it("let only its own principal write an application's requests and read its responses", () => {
    const touching = (operation: string, name: string): string[] =>
      acls.filter((acl) => acl.operation === operation && acl.resourceName === name).map((acl) => acl.principal);
    expect(touching("Write", "requests.hr").sort()).toEqual([applicationPrincipal("hr"), CLI_PRINCIPAL, OPERATOR_PRINCIPAL].sort());
    expect(touching("Read", "responses.hr").sort()).toEqual([applicationPrincipal("hr"), CLI_PRINCIPAL].sort());
  });

  it("give an application nothing but its own topics and groups of its own", () => {
    expect(rightsOf(applicationPrincipal("hr"))).toEqual([
      "Write Topic requests.hr literal",
      "Read Topic responses.hr literal",
      "Read Topic response-deltas.hr literal",
      "Write Topic cancellations.hr literal",
      "Write Topic feedback.hr literal",
      "Read Group app.hr. prefixed",
    ]);
  });

  it("let nobody but the policy gate write what may happen, and nobody but the ledger what is funded", () => {
    const writers = (name: string): string[] => acls.filter((acl) => acl.operation === "Write" && acl.resourceName === name).map((acl) => acl.principal);
    expect(writers("permitted")).toEqual([stagePrincipal("policy-gate"), OPERATOR_PRINCIPAL]);
    expect(writers("funded")).toEqual([stagePrincipal("budget-ledger"), OPERATOR_PRINCIPAL]);
  });

  it("let the executor, which answers nobody, read and write its own topics in its own group", () => {
    expect(rightsOf(stagePrincipal("executor"))).toEqual([
      "Read Topic funded literal",
      "Write Topic executed literal",
      "Write Topic provider-health literal",
      ...["response-deltas", "response-deltas.hr", "response-deltas.shop"].map((topic) => `Write Topic ${topic} literal`),
      ...["cancellations", "cancellations.hr", "cancellations.shop"].map((topic) => `Read Topic ${topic} literal`),
      "Write Topic dead-letters literal",
      "Read Group leverframe.executor literal",
      "Read Group leverframe.executor. prefixed",
    ]);
  });

  it("name nothing outside the installation's prefix, but applications' own groups", () => {
    const outside = kafkaAcls(["hr"], new TopicNames("staging.")).filter((acl) => !acl.resourceName.startsWith("staging."));
    expect(outside.map((acl) => acl.resourceName)).toEqual(["app.default.", "app.hr."]);
  });

  it("are stated once each", () => {
    const texts = acls.map((acl) => JSON.stringify(acl));
    expect(new Set(texts).size).toBe(texts.length);
  });
});
