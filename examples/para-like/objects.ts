import type { Item, StoreEvent } from "./webhook.ts";

/** An object in the store. */
interface StoredObject extends Item {
  readonly id: string;
  readonly type: string;
}

type Tell = (event: StoreEvent, items: readonly Item[]) => Promise<void>;

const EVENT_BY_METHOD: Readonly<Record<string, "create" | "update" | "delete">> = {
  POST: "create",
  // Para's PUT creates or overwrites.
  PUT: "create",
  PATCH: "update",
  DELETE: "delete",
};

/** The objects: `/v1/:type`, `/v1/:type/:id` and `/v1/_batch` create, read, update and delete them, and tell of it. */
export function objectStore(
  tell: Tell,
): (request: Request, type: string, id?: string) => Promise<Response> {
  const objects = new Map<string, StoredObject>();

  function read(request: Request, type: string, id: string | undefined): Response {
    if (type === "_batch") return Response.json(found(request, id));
    if (id === undefined) {
      const items = [...objects.values()].filter((object) => object.type === type);
      return Response.json({ items, totalHits: items.length });
    }
    const object = objects.get(id);
    return object === undefined ? status(404) : Response.json(object);
  }

  const found = (request: Request, id: string | undefined): StoredObject[] =>
    (id === undefined ? new URL(request.url).searchParams.getAll("ids") : [id]).flatMap(
      (wanted) => objects.get(wanted) ?? [],
    );

  return async (request, type, id) => {
    if (request.method === "GET") return read(request, type, id);
    const name = EVENT_BY_METHOD[request.method];
    if (name === undefined) return status(405);
    const given: readonly Partial<StoredObject>[] =
      name === "delete" ? found(request, id) : [await request.json()].flat();
    if (given.length === 0) return status(404);
    // oxlint-disable-next-line oxc/no-map-spread -- a stored object must not change with what was sent
    const items = given.map((object) => {
      const own = object.id ?? id ?? crypto.randomUUID();
      const known = objects.get(own);
      return {
        ...(request.method !== "PUT" && known),
        ...object,
        id: own,
        type: object.type ?? known?.type ?? type,
      };
    });
    for (const object of items) {
      if (name === "delete") objects.delete(object.id);
      else objects.set(object.id, object);
    }
    const isBatch = type === "_batch";
    await tell(isBatch ? `${name}All` : name, items);
    return Response.json(isBatch ? items : items[0], { status: name === "create" ? 201 : 200 });
  };
}

/** Answers with a status, as Para does. */
export function status(code: number, message?: string): Response {
  return Response.json({ code, ...(message !== undefined && { message }) }, { status: code });
}
