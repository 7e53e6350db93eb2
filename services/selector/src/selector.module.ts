import { Module } from "@nestjs/common";
import { AnswersModule, HealthModule, PolicyModule } from "@leverframe/wiring";
import { SelectorHandler } from "./selector.handler";

@Module({ imports: [PolicyModule, AnswersModule, HealthModule], controllers: [SelectorHandler] })
export class SelectorModule {}
