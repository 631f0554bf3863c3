import { Injectable } from "@nestjs/common";

@Injectable()
export class WorkflowsService {
  completed(id: string): void {
    console.log(`completed: ${id}`);
  }
}
