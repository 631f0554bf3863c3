import type { EventOf } from "@countersign/core";
import { paradym, type ParadymEvents } from "@countersign/core/providers/paradym";
import { Webhook, WebhookEvent } from "@countersign/nestjs";
import { Body, Controller, Post } from "@nestjs/common";
import { WorkflowsService } from "./workflows.service";

@Controller()
export class ParadymController {
  constructor(private readonly workflows: WorkflowsService) {}

  @Post("paradym")
  @Webhook(paradym)
  received(@WebhookEvent() event: EventOf<ParadymEvents>): void {
    if (event.type === "workflowExecution.completed") {
      this.workflows.completed(event.body.payload.workflowId);
    }
  }

  @Post("echo")
  echo(@Body() body: object): object {
    return body;
  }
}
