import { startKafka } from "../../../deploy/local";
import { describeLog } from "../log.conformance";
import { openKafkaLog } from "./kafka-log";

/** Longer than a busy machine stands still: who is taken for dead changes the assignments that a test counts on. Some cases wait it out. */
const SESSION_MS = 10_000;

describeLog(
  "kafka",
  async () => {
    const kafka = await startKafka();
    const brokers = [kafka.bootstrap];
    return {
      open: () => openKafkaLog({ brokers, clientId: "conformance", sessionMs: SESSION_MS }),
      child: { kind: "kafka", brokers, sessionMs: SESSION_MS },
      stop: () => kafka.stop(),
    };
  },
  { removeExpired: "a broker removes whole segments, and looks for them every five minutes", fetchRecordsMax: 256 },
);
