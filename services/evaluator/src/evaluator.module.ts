import { Module } from "@nestjs/common";
import { AnswersModule, PolicyModule } from "@leverframe/wiring";
import { EvaluatorHandler } from "./evaluator.handler";

@Module({ imports: [PolicyModule, AnswersModule], controllers: [EvaluatorHandler] })
export class EvaluatorModule {}
