import type { EventCodec } from "@leverframe/contracts";
import type { Clock } from "@leverframe/kernel";
import type { Log } from "@leverframe/log";
import { type DynamicModule, Global, Module } from "@nestjs/common";
import type { Registry } from "prom-client";
import type { Config } from "./config/settings";
import type { Readiness } from "./health/readiness";
import type { Logger } from "./logging";
import { equalBytes, hmacSha256, sha256 } from "./platform";
import type { Ingress } from "./stages/ingress";
import type { Publisher } from "./stages/publisher";
import * as tokens from "./tokens";

export interface SharedParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly codec: EventCodec;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly publisher: Publisher;
  readonly readiness: Readiness;
  readonly ingress: Ingress;
}

/** Gives every module of the process the same parts, under the names in `tokens.ts`. */
@Global()
@Module({})
export class LeverframeModule {
  static with(parts: SharedParts): DynamicModule {
    const providers = [
      { provide: tokens.CONFIG, useValue: parts.config },
      { provide: tokens.APPLICATIONS, useValue: parts.config.applications },
      { provide: tokens.CLOCK, useValue: parts.clock },
      { provide: tokens.DIGEST, useValue: sha256 },
      { provide: tokens.HMAC, useValue: hmacSha256 },
      { provide: tokens.EQUAL_BYTES, useValue: equalBytes },
      { provide: tokens.LOG, useValue: parts.log },
      { provide: tokens.CODEC, useValue: parts.codec },
      { provide: tokens.LOGGER, useValue: parts.logger },
      { provide: tokens.METRICS, useValue: parts.metrics },
      { provide: tokens.PUBLISHER, useValue: parts.publisher },
      { provide: tokens.READINESS, useValue: parts.readiness },
      { provide: tokens.INGRESS, useValue: parts.ingress },
    ];
    return { module: LeverframeModule, providers, exports: providers };
  }
}
