import { defineProvider, type Provider } from "../provider.ts";
export const github: Provider = defineProvider({
  name: "github",
  signature: { header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=" },
  id: { header: "X-GitHub-Delivery", unsigned: true },
  type: { header: "X-GitHub-Event", unsigned: true },
  dedup: "content",
});
