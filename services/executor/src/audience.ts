import type { Funded } from "@leverframe/events";
import type { PlanAudience, Timer } from "@leverframe/execution";
import type { Logger, Publisher } from "@leverframe/nest";
import { AnswerDeltas } from "./answer-deltas";
import type { Cancellations } from "./cancellations";

/** Opens what a plan's asker has to do with it while it runs; `leave` when it has ended. */
export type OpenAudience = (event: Funded, logger: Logger) => PlanAudience & { leave(): void };

/** The application may cancel its request, and sees the answer while it comes if it asked to. */
export function audiences(cancellations: Cancellations, publisher: Publisher, timer: Timer): OpenAudience {
  return (event, logger) => {
    const { stop, leave } = cancellations.watch(event);
    if (!event.request.stream) return { stop, leave };
    const deltas = new AnswerDeltas(event, {
      publish: (messages) => publisher.publish(messages),
      timer,
      onLost: (err) => logger.warn({ err }, "an answer cannot be shown while it comes; it comes whole"),
    });
    return { stop, deltas, leave };
  };
}
