import { connect } from "node:net";
import { type ISocketFactory, Kafka, logLevel } from "kafkajs";

export interface HopPlan {
  readonly brokers: string;
  readonly groupId: string;
  readonly from: string;
  readonly to: string;
}

const socketFactory: ISocketFactory = ({ host, port, onConnect }) => connect({ host, port }, onConnect).setNoDelay(true);

/** As bare as kafkajs goes: neither logs nor compresses. TCP_NODELAY is set, because its absence would only flatter us. */
export const bareKafka = (brokers: string): Kafka => new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING, socketFactory });

/**
 * One bare hop in a process of its own: what is read from one topic is written to the next, untouched, a fetch's batch at
 * a time. Prints `ready` when it has joined; ends with its standard input.
 */
export async function runHop({ brokers, groupId, from, to }: HopPlan): Promise<never> {
  const kafka = bareKafka(brokers);
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const consumer = kafka.consumer({ groupId, minBytes: 1, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  consumer.on(consumer.events.GROUP_JOIN, () => process.stdout.write("ready\n"));
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: from, fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 1_000,
    partitionsConsumedConcurrently: 16,
    eachBatch: async ({ batch }) => {
      const messages = batch.messages.map(({ key, value, headers }) => ({ key, value, ...(headers ? { headers } : {}) }));
      await producer.send({ topic: to, acks: -1, messages });
    },
  });
  await new Promise((resolve) => process.stdin.resume().once("close", resolve));
  process.exit(0);
}
