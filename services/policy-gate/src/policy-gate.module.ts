import { Module } from "@nestjs/common";
import { AnswersModule, PermitKeysModule, PolicyModule } from "@leverframe/wiring";
import { PolicyGateHandler } from "./policy-gate.handler";

@Module({ imports: [PolicyModule, AnswersModule, PermitKeysModule], controllers: [PolicyGateHandler] })
export class PolicyGateModule {}
