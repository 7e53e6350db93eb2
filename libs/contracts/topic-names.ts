import { AppError, type Stage } from "@leverframe/kernel";
import type { EventTypes } from "./generated/schemas";
import { topicRow, TOPICS, type TopicName } from "./topics";

/** The application of the plain topics `requests` and `responses`. */
export const DEFAULT_APPLICATION = "default";

const APPLICATION = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A topic as it is called in the log: which row of the table, and whose. */
export interface TopicAddress {
  readonly topic: TopicName;
  /** Null for topics that all applications share. */
  readonly application: string | null;
}

/** The names that topics, subjects and consumer groups have in one installation; the prefix keeps several apart on one broker. */
export class TopicNames {
  /** @param prefix stands before every name, with its own separator, such as `staging.`. */
  constructor(readonly prefix = "") {
    if (!/^[a-zA-Z0-9._-]{0,100}$/.test(prefix)) {
      throw new AppError("bad_config", `topic prefix \`${prefix}\` may hold letters, digits, \`.\`, \`_\` and \`-\`, 100 at most`);
    }
  }

  /** `application` counts only where the table has a topic per application. */
  name(topic: TopicName, application: string = DEFAULT_APPLICATION): string {
    if (!TOPICS[topic].perApplication || application === DEFAULT_APPLICATION) return this.prefix + topic;
    return `${this.prefix}${topic}.${checkedApplication(application)}`;
  }

  /** The plain topic, and where the table says so one for each application. */
  all(topic: TopicName, applications: readonly string[]): readonly string[] {
    return [...new Set([DEFAULT_APPLICATION, ...applications].map((application) => this.name(topic, application)))];
  }

  requests(application: string): string {
    return this.name("requests", application);
  }

  responses(application: string): string {
    return this.name("responses", application);
  }

  /** Null for a name that is none of this installation's topics. */
  parse(name: string): TopicAddress | null {
    if (!name.startsWith(this.prefix)) return null;
    const bare = name.slice(this.prefix.length);
    if (Object.hasOwn(TOPICS, bare)) {
      const topic = bare as TopicName;
      return { topic, application: TOPICS[topic].perApplication ? DEFAULT_APPLICATION : null };
    }
    const [topic = "", application = "", ...rest] = bare.split(".");
    if (rest.length > 0 || !Object.hasOwn(TOPICS, topic) || !topicRow(topic as TopicName).perApplication) return null;
    if (!APPLICATION.test(application) || application === DEFAULT_APPLICATION) return null;
    return { topic: topic as TopicName, application };
  }

  /** `bad_input` for a name that is none of this installation's topics. */
  schemaOf(name: string): keyof EventTypes {
    const address = this.parse(name);
    if (!address) throw new AppError("bad_input", `\`${name}\` is none of the topics of the table`);
    return TOPICS[address.topic].schema;
  }

  /** Whose ingress topic this is; null for any other topic. */
  applicationOfRequests(name: string): string | null {
    const address = this.parse(name);
    return address?.topic === "requests" ? address.application : null;
  }

  /** TopicNameStrategy of schema registries. */
  subject(topic: TopicName, application?: string): string {
    return `${this.name(topic, application)}-value`;
  }

  consumerGroup(stage: Stage): string {
    return `${this.prefix}leverframe.${stage}`;
  }

  /** The group of one process alone, for topics that every process of a stage reads whole. */
  processGroup(stage: Stage, process: string): string {
    return `${this.consumerGroup(stage)}.${process}`;
  }
}

function checkedApplication(application: string): string {
  if (APPLICATION.test(application)) return application;
  throw new AppError("bad_input", `application \`${application}\` must be 1 to 63 lower-case letters, digits or inner hyphens`);
}

const PLAIN = new TopicNames();

/** The same without a prefix. */
export const requestsTopic = (application: string): string => PLAIN.requests(application);
export const responsesTopic = (application: string): string => PLAIN.responses(application);
export const schemaOfTopic = (name: string): keyof EventTypes => PLAIN.schemaOf(name);
export const applicationOfRequestsTopic = (name: string): string | null => PLAIN.applicationOfRequests(name);
