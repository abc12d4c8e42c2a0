/** Items in order, each at most once. Finding a place costs the logarithm of the size; items that compare as equal are one item. */
export class SortedList<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }

  add(item: T): void {
    const index = this.#indexOf(item);
    if (!this.#isAt(index, item)) this.#items.splice(index, 0, item);
  }

  remove(item: T): void {
    const index = this.#indexOf(item);
    if (this.#isAt(index, item)) this.#items.splice(index, 1);
  }

  #isAt(index: number, item: T): boolean {
    const there = this.#items[index];
    return there !== undefined && this.#compare(there, item) === 0;
  }

  /** Where the item is, or would be. */
  #indexOf(item: T): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
