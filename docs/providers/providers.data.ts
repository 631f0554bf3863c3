import { providerPages } from "./providers.ts";

export default {
  load: () => providerPages.map(({ definition: _, ...shown }) => shown),
};
