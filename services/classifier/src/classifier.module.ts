import { Module } from "@nestjs/common";
import { AnswersModule, PolicyModule } from "@leverframe/wiring";
import { ClassifierHandler } from "./classifier.handler";

@Module({ imports: [PolicyModule, AnswersModule], controllers: [ClassifierHandler] })
export class ClassifierModule {}
