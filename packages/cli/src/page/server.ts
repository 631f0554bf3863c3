import type { ComposeRequest, Detail, SentAnswer, ShownEndpoint } from "../inspector/wire.ts";

/** Fetches one delivery whole. */
export async function fetchDetail(id: string): Promise<Detail> {
  return get(`api/deliveries/${encodeURIComponent(id)}`);
}

/** Fetches where deliveries are received. */
export async function fetchEndpoints(): Promise<readonly ShownEndpoint[]> {
  return get("api/endpoints");
}

/** Fetches a body for the compose form. */
export async function fetchSample(path: string, type: string): Promise<string> {
  const query = new URLSearchParams({ path, ...(type !== "" && { type }) });
  return (await get<{ body: string }>(`api/sample?${String(query)}`)).body;
}

/** Fetches a delivery as something to paste. */
export async function fetchCopy(id: string, form: "curl" | "fetch" | "test"): Promise<string> {
  return (await get<{ text: string }>(`api/deliveries/${encodeURIComponent(id)}/${form}`)).text;
}

/** Sends a delivery again. */
export async function replay(id: string, resign: boolean): Promise<SentAnswer> {
  return post(`api/deliveries/${encodeURIComponent(id)}/replay`, { resign });
}

/** Signs and sends what the form says. */
export async function compose(request: ComposeRequest): Promise<SentAnswer> {
  return post("api/compose", request);
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The inspector answered ${response.status}.`);
  return (await response.json()) as T;
}

async function post(url: string, body: object): Promise<SentAnswer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as SentAnswer;
  } catch {
    return { error: "countersign is not running any more." };
  }
}
