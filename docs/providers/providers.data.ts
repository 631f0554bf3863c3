import { providerPages } from "./providers.ts";

export default {
  load: () =>
    providerPages.map(({ name, page, header, tolerance, dedup }) => ({
      name,
      page,
      header,
      tolerance,
      dedup,
    })),
};
