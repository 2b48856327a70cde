/** Letters typed in a list or tree lead to what begins with them, as in file managers. */

/** Longer than this between two letters, and a new word begins. */
const pauseMs = 700;

export class TypeAhead {
  #typed = '';
  #typedAt = -Infinity;

  /** Index of the name to go to, searched from `from` on and round; -1 where none begins so. One letter repeated steps on. */
  find(letter: string, names: readonly string[], from: number, nowMs = performance.now()): number {
    this.#typed = nowMs - this.#typedAt > pauseMs ? letter : this.#typed + letter;
    this.#typedAt = nowMs;
    const isRepeated = this.#typed === letter.repeat(this.#typed.length);
    const wanted = (isRepeated ? letter : this.#typed).toLocaleLowerCase();
    const start = isRepeated ? from + 1 : from;
    for (let step = 0; step < names.length; step++) {
      const index = (start + step) % names.length;
      if (names[index]?.toLocaleLowerCase().startsWith(wanted)) return index;
    }
    return -1;
  }
}

/** A key that writes something; Space is left out, because it marks. */
export const isLetter = (event: KeyboardEvent): boolean =>
  event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
