import { TOPIC_NAMES, topicRow, type TopicName } from "@leverframe/contracts";
import { STAGES, type Stage } from "@leverframe/kernel";

export interface ChainOptions {
  readonly enabled: boolean;
  readonly cutBefore: readonly Stage[];
}

/** A call that costs money starts only from an event that is already durable, so nothing is ever chained into it. */
const ALWAYS_DURABLE: Stage = "executor";

/** The stages of one process in journey order, parted at the cuts. */
export function chainsOf(stages: readonly Stage[], options: ChainOptions): readonly (readonly Stage[])[] {
  const chains: Stage[][] = [];
  for (const stage of STAGES.filter((known) => stages.includes(known))) {
    const current = chains.at(-1);
    const cut = !options.enabled || stage === ALWAYS_DURABLE || options.cutBefore.includes(stage);
    if (current === undefined || cut) chains.push([stage]);
    else current.push(stage);
  }
  return chains;
}

/**
 * Topics whose events `writer` hands on in memory, and to which stages. That a topic has one reader elsewhere is enough
 * to publish it: then it goes to all its readers through the log, and to none in memory as well. Readers must come
 * later in the chain than the writer, so a chain has no loop.
 */
export function handedOn(writer: Stage, chain: readonly Stage[]): ReadonlyMap<TopicName, readonly Stage[]> {
  const later = chain.slice(chain.indexOf(writer) + 1);
  const isLater = (reader: string): reader is Stage => later.includes(reader as Stage);
  const handed = new Map<TopicName, readonly Stage[]>();
  for (const topic of TOPIC_NAMES) {
    const { writers, readers } = topicRow(topic);
    if (writers.includes(writer) && readers.length > 0 && readers.every(isLater)) handed.set(topic, readers as readonly Stage[]);
  }
  return handed;
}
