import type { Logger } from "@leverframe/nest";
import type { Alert } from "../alert";
import type { Channel } from "./channel";

/** A line of the process's own log, for who watches that anyway; needs nothing to be set up. */
export class LogChannel implements Channel {
  constructor(private readonly logger: Logger) {}

  deliver({ alertId, kind, scope, title, lines }: Alert): Promise<void> {
    this.logger.warn({ alertId, kind, scope, facts: lines }, title);
    return Promise.resolve();
  }
}
