import { paradym } from "@countersign/core/providers/paradym";
import { WebhookModule } from "@countersign/nestjs";
import { Module } from "@nestjs/common";
import { ParadymController } from "./paradym.controller";
import { WorkflowsService } from "./workflows.service";

@Module({
  imports: [
    WebhookModule.forRootAsync({
      useFactory: () => ({
        webhooks: [
          {
            provider: paradym,
            secret: process.env.PARADYM_SECRET ?? "",
            onStoreError: "accept",
          },
        ],
      }),
    }),
  ],
  controllers: [ParadymController],
  providers: [WorkflowsService],
})
export class AppModule {}
