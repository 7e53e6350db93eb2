import { kafkaAcls, type KafkaAcl, type Party, TopicNames, topicRow, topicSpecs, type TopicRow } from "@leverframe/contracts";
import type { Stage } from "@leverframe/kernel";
import type { Config } from "@leverframe/nest";
import { Argument, type Command, Option } from "commander";
import { configOf, type GlobalOptions } from "../global-options";
import { policySetOf, withInstallation } from "../installation";
import { names as nameList } from "../option-values";
import { type Column, type Format, FORMATS } from "../rendering/grid";
import { render } from "../rendering/render";
import { counted, countText } from "../rendering/units";
import type { Terminal } from "../terminal";
import { rewind } from "../topics/rewind";

interface TopicsOptions extends GlobalOptions {
  readonly applications?: readonly string[];
  readonly acls?: "print";
  readonly format: Format;
}

type Finish = (exitCode: number) => void;

/** Reading again what has an effect would have it again. */
const REWINDABLE: readonly Stage[] = ["analytics-sink"];

export function addTopics(program: Command, terminal: Terminal, finish: Finish): void {
  const topics = program.command("topics").summary("create or list the topics").description("The topics of the installation, from the one table that everything reads.");
  addApplications(topics.command("provision").description("Creates the topics that are missing; those that exist stay as they are."))
    .addOption(new Option("--acls <how>", "also print the access rights, as kafka-acls.sh commands").choices(["print"]))
    .action(async (_options: unknown, command: Command) => {
      await provision(command.optsWithGlobals<TopicsOptions>(), terminal);
      finish(0);
    });
  addApplications(topics.command("list").description("Shows each topic: what it carries, who writes, who reads, how long it keeps."))
    .addOption(new Option("-f, --format <format>", "of the list").choices(FORMATS).default("table"))
    .action((_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<TopicsOptions>();
      terminal.out(render(options.format, COLUMNS, topicsOf(configOf(options), options.applications), terminal.columns));
      finish(0);
    });
  addApplications(topics.command("rewind"))
    .summary("let a stage read again what the log holds")
    .description("Sets a stopped stage back to the oldest records that its topics still hold, for a store that was lost. Only the analytics sink: its rows are the same however often they come.")
    .addArgument(new Argument("<stage>", "which").choices(REWINDABLE))
    .action(async (stage: Stage, _options: unknown, command: Command) => {
      await rewound(stage, command.optsWithGlobals<TopicsOptions>(), terminal);
      finish(0);
    });
}

async function rewound(stage: Stage, options: TopicsOptions, terminal: Terminal): Promise<void> {
  const config = configOf(options);
  const topics = topicsOf(config, options.applications).filter(({ row }) => row.readers.includes(stage)).map(({ name }) => name);
  const records = await withInstallation(config, ({ log, names }) => rewind(log, names.consumerGroup(stage), topics));
  terminal.err(`${stage} reads ${counted(topics.length, "topic")} again when it starts, ${countText(records)} records up to now: ${topics.join(", ")}`);
}

function addApplications(command: Command): Command {
  return command.option("--applications <names>", "with a topic pair of their own, parted by commas (default: those of the policies)", nameList);
}

async function provision(options: TopicsOptions, terminal: Terminal): Promise<void> {
  const config = configOf(options);
  const applications = applicationsOf(config, options.applications);
  const names = new TopicNames(config.topicPrefix);
  const specs = topicSpecs(applications, { names, recordBytesMax: config.recordBytesMax });
  await withInstallation(config, ({ log }) => log.ensureTopics(specs));
  terminal.err(`${specs.length} topics are there: ${specs.map(({ name }) => name).join(", ")}`);
  if (options.acls === "print") for (const acl of kafkaAcls(applications, names)) terminal.out(aclCommand(acl));
}

function applicationsOf(config: Config, given: readonly string[] | undefined): readonly string[] {
  return given ?? [...policySetOf(config).applications.keys()];
}

/** One allow as Kafka's own tool takes it; the broker's address and credentials are the reader's. */
export function aclCommand({ principal, operation, resourceType, resourceName, patternType }: KafkaAcl): string {
  const resource = `--${resourceType.toLowerCase()} '${resourceName}'`;
  const pattern = patternType === "prefixed" ? " --resource-pattern-type prefixed" : "";
  return `kafka-acls.sh --bootstrap-server "$BROKERS" --add --allow-principal '${principal}' --operation ${operation} ${resource}${pattern}`;
}

interface NamedTopic {
  readonly name: string;
  readonly row: TopicRow;
}

function topicsOf(config: Config, given: readonly string[] | undefined): readonly NamedTopic[] {
  const names = new TopicNames(config.topicPrefix);
  return topicSpecs(applicationsOf(config, given), { names }).map(({ name }) => ({ name, row: topicRow(names.parse(name)!.topic) }));
}

const DAY_MS = 86_400_000;
const PARTIES_SHOWN_MAX = 3;

const partiesText = (parties: readonly Party[]): string =>
  parties.length > PARTIES_SHOWN_MAX ? `${parties.length} stages` : parties.join(", ");

const COLUMNS: readonly Column<NamedTopic>[] = [
  { name: "topic", title: "topic", value: ({ name }) => name },
  { name: "value", title: "value", value: ({ row }) => row.schema },
  { name: "key", title: "key", value: ({ row }) => row.key },
  { name: "partitions", title: "parts", align: "right", value: ({ row }) => row.partitions },
  { name: "retentionDays", title: "kept", align: "right", value: ({ row }) => row.retentionMs / DAY_MS, text: ({ row }) => `${row.retentionMs / DAY_MS} d` },
  { name: "writers", title: "written by", value: ({ row }) => row.writers.join(" "), text: ({ row }) => partiesText(row.writers) },
  { name: "readers", title: "read by", value: ({ row }) => row.readers.join(" "), text: ({ row }) => partiesText(row.readers) },
  { name: "about", title: "about", flexible: true, value: ({ row }) => row.doc },
];
