import { AppError } from "@leverframe/kernel";
import type { TopicSpec } from "./log";

export function checkTopicSpec({ name, partitions }: TopicSpec): void {
  // Kafka's own rule for names, so that a topic of one log can be made on any other.
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(name)) {
    throw new AppError("bad_input", `topic name \`${name}\`, expected 1 to 249 letters, digits, dots, underscores and hyphens`);
  }
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new AppError("bad_input", `topic \`${name}\`: partitions is \`${partitions}\`, expected a whole number from 1`);
  }
}
