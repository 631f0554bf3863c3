/**
 * Hands over what comes: the first of a turn of the event loop at once, and the others of that turn together at its end.
 *
 * @param run gets at least one item
 */
export function inTurns<Item>(run: (items: readonly Item[]) => void): (item: Item) => void {
  let others: Item[] | undefined;

  function endTurn(): void {
    const items = others ?? [];
    others = undefined;
    if (items.length > 0) run(items);
  }

  return (item) => {
    if (others !== undefined) {
      others.push(item);
      return;
    }
    others = [];
    setImmediate(endTurn);
    run([item]);
  };
}
