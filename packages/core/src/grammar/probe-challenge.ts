import type { Grammar } from "../scheme/scheme.ts";

/** Requests that only ask whether the endpoint is there. */
export const probeChallenge: Pick<Grammar, "answerHandshake"> = {
  answerHandshake({ definition: { challenge } }, { method }) {
    return challenge !== undefined &&
      "probe" in challenge &&
      method?.toUpperCase() === challenge.probe
      ? { response: { status: 200, headers: {}, body: "" } }
      : undefined;
  },
};
