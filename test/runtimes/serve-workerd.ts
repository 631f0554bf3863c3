import { fetch } from "./app.ts";

export default { fetch };
