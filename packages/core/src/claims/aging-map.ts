/**
 * A map that knows its oldest entry at once.
 *
 * Iterating a `Map` from its start walks over the places of entries that were deleted there, all of them each time: where the oldest go
 * first, that is most of the map. One iterator that is kept passes each place once.
 *
 * An iterator that rests keeps alive every table that the map has outgrown since. So once as many entries have gone as are left, a new one
 * takes its place: that costs each deletion a step or two, and bounds what is kept.
 */
export class AgingMap<V> {
  readonly #map = new Map<string, V>();
  #rest: MapIterator<[string, V]> = this.#map.entries();
  /** The oldest entry, once it has been asked for. Looking it up again would be a walk through memory that no cache holds. */
  #front: [string, V] | undefined;
  /** How many entries have gone since the iterator was made. */
  #gone = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: string): V | undefined {
    return this.#map.get(key);
  }

  /** Adds an entry as the youngest; one whose key is there keeps its place. */
  set(key: string, value: V): void {
    this.#map.set(key, value);
    if (this.#front?.[0] === key) this.#front[1] = value;
  }

  delete(key: string): void {
    this.#map.delete(key);
    if (this.#front?.[0] === key) this.#front = undefined;
    // A few are not worth a new iterator.
    if (++this.#gone > this.#map.size + 64) this.#startAnew();
  }

  /** All entries, the oldest first. Adding to the map meanwhile makes it longer. */
  entries(): MapIterator<[string, V]> {
    return this.#map.entries();
  }

  /** The entry that was added first of those that are still there. */
  oldest(): [string, V] | undefined {
    if (this.#front !== undefined || this.#map.size === 0) return this.#front;
    let next = this.#rest.next();
    // An iterator that has come to the end sees nothing of what is added later.
    if (next.done === true) {
      this.#startAnew();
      next = this.#rest.next();
    }
    this.#front = next.value;
    return this.#front;
  }

  #startAnew(): void {
    this.#rest = this.#map.entries();
    this.#gone = 0;
  }
}
