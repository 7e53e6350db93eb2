import { startKafka } from "../../../deploy/local";
import { describeLog } from "../log.conformance";
import { openKafkaLog } from "./kafka-log";

/** The broker's own minimum. */
const SESSION_MS = 6_000;

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
