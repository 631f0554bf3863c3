// A Paradym receiver in NestJS.
//
//   $ PARADYM_SECRET=keep-it-secret-keep-it-safe node --conditions=@countersign/source --import tsx nestjs.ts
//
// A delivery as Paradym would send it; a second one is a duplicate, and one with another body or secret is refused:
//
//   $ body='{"webhookId":"whk_1","webhookPublishedAt":"2026-01-01T00:00:00Z","projectId":"p_1","eventType":"workflowExecution.completed","payload":{"workflowId":"w_1","workflowExecutionId":"e_1"}}'
//   $ curl -i http://localhost:3000/paradym -H 'Content-Type: application/json' -H "X-Paradym-HMAC-SHA-256: $(printf %s "$body" | openssl dgst -sha256 -hmac keep-it-secret-keep-it-safe -r | cut -d ' ' -f 1)" -d "$body"
import type { EventOf } from "@countersign/core";
import { paradym, type ParadymEvents } from "@countersign/core/providers/paradym";
import { Webhook, WebhookEvent, WebhookModule } from "@countersign/nestjs";
import { Controller, Inject, Injectable, Module, Post } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

const { PARADYM_SECRET = "", PORT = "3000" } = process.env;

@Injectable()
class Workflows {
  completed(id: string): void {
    console.log(`completed: ${id}`);
  }
}

@Controller()
class ParadymController {
  readonly #workflows: Workflows;

  constructor(@Inject(Workflows) workflows: Workflows) {
    this.#workflows = workflows;
  }

  @Post("paradym")
  @Webhook(paradym)
  received(@WebhookEvent() event: EventOf<ParadymEvents>): object {
    if (event.type === "workflowExecution.completed") {
      this.#workflows.completed(event.body.payload.workflowId);
    }
    return { received: true };
  }
}

@Module({
  imports: [
    WebhookModule.forRoot({
      webhooks: [{ provider: paradym, secret: PARADYM_SECRET, onStoreError: "accept" }],
    }),
  ],
  controllers: [ParadymController],
  providers: [Workflows],
})
class AppModule {}

const app = await NestFactory.create(AppModule);
await app.listen(Number(PORT));
