import type { Stage } from "@leverframe/kernel";
import { DEFAULT_APPLICATION, TopicNames } from "./topic-names";
import { type Party, topicRow, TOPIC_NAMES, type TopicName } from "./topics";

/** One `allow` of Kafka's access control. Reading and writing a topic imply describing it. */
export interface KafkaAcl {
  readonly principal: string;
  readonly operation: "Read" | "Write" | "Describe" | "DescribeConfigs" | "Create" | "AlterConfigs";
  readonly resourceType: "Topic" | "Group";
  readonly resourceName: string;
  readonly patternType: "literal" | "prefixed";
}

const STAGES: readonly Stage[] = ["classifier", "policy-gate", "selector", "budget-ledger", "executor", "evaluator", "analytics-sink", "notifier"];

export const stagePrincipal = (stage: Stage): string => `User:leverframe-${stage}`;
export const applicationPrincipal = (application: string): string => `User:application-${application}`;
export const CLI_PRINCIPAL = "User:leverframe-cli";
export const OPERATOR_PRINCIPAL = "User:leverframe-operator";

/** Applications name their consumer groups `app.<application>.<anything>`. */
export const applicationGroupPrefix = (application: string): string => `app.${application}.`;

/**
 * The least rights that the topic table needs: a stage reads and writes its own topics, an application writes its own requests,
 * cancellations and feedback and reads its own responses, so that the topic a record arrived on says who sent it. A process
 * that runs several stages needs the rights of each.
 */
export function kafkaAcls(applications: readonly string[], names: TopicNames = new TopicNames()): readonly KafkaAcl[] {
  const distinct = [...new Set([DEFAULT_APPLICATION, ...applications])];
  return [
    ...STAGES.flatMap((stage) => [
      ...topicRights(stage, stagePrincipal(stage), distinct, names),
      acl(stagePrincipal(stage), "Read", "Group", names.consumerGroup(stage)),
      ...(readsInEveryProcess(stage) ? [acl(stagePrincipal(stage), "Read", "Group", names.processGroup(stage, ""), "prefixed")] : []),
    ]),
    ...distinct.flatMap((application) => [
      ...topicRights("application", applicationPrincipal(application), [application], names, (topic) => names.name(topic, application)),
      acl(applicationPrincipal(application), "Read", "Group", applicationGroupPrefix(application), "prefixed"),
    ]),
    ...topicRights("cli", CLI_PRINCIPAL, distinct, names),
    acl(CLI_PRINCIPAL, "Read", "Group", `${names.prefix}leverframe.cli.`, "prefixed"),
    ...operatorRights(distinct, names),
  ];
}

const readsInEveryProcess = (stage: Stage): boolean =>
  TOPIC_NAMES.some((topic) => topicRow(topic).everyProcess && topicRow(topic).readers.includes(stage));

function topicRights(
  party: Party,
  principal: string,
  applications: readonly string[],
  names: TopicNames,
  only?: (topic: TopicName) => string,
): readonly KafkaAcl[] {
  return TOPIC_NAMES.flatMap((topic) => {
    const { readers, writers } = topicRow(topic);
    const topics = only ? [only(topic)] : names.all(topic, applications);
    return topics.flatMap((name) => [
      ...(readers.includes(party) ? [acl(principal, "Read", "Topic", name)] : []),
      ...(writers.includes(party) ? [acl(principal, "Write", "Topic", name)] : []),
    ]);
  });
}

/** Provisions every topic, redrives a dead letter to the topic it came from, and sees the lag of every group. */
function operatorRights(applications: readonly string[], names: TopicNames): readonly KafkaAcl[] {
  const topics = TOPIC_NAMES.flatMap((topic) => names.all(topic, applications));
  return [
    ...topicRights("operator", OPERATOR_PRINCIPAL, applications, names),
    ...topics.flatMap((name) =>
      (["Create", "AlterConfigs", "DescribeConfigs", "Write"] as const).map((operation) => acl(OPERATOR_PRINCIPAL, operation, "Topic", name)),
    ),
    acl(OPERATOR_PRINCIPAL, "Describe", "Group", `${names.prefix}leverframe.`, "prefixed"),
    acl(OPERATOR_PRINCIPAL, "Read", "Group", `${names.prefix}leverframe.operator.`, "prefixed"),
  ];
}

function acl(
  principal: string,
  operation: KafkaAcl["operation"],
  resourceType: KafkaAcl["resourceType"],
  resourceName: string,
  patternType: KafkaAcl["patternType"] = "literal",
): KafkaAcl {
  return { principal, operation, resourceType, resourceName, patternType };
}
