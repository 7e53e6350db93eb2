import { Module } from "@nestjs/common";
import { AnswersModule, PolicyModule } from "@leverframe/wiring";
import { SelectorHandler } from "./selector.handler";

@Module({ imports: [PolicyModule, AnswersModule], controllers: [SelectorHandler] })
export class SelectorModule {}
