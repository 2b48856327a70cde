/** Light, dark, or as the system says. The choice is kept in this browser. */
import { keep, kept } from './kept.ts';

export type Theme = 'system' | 'light' | 'dark';

const key = 'holdfast.theme';
const isTheme = (text: string | null): text is Theme =>
  text === 'system' || text === 'light' || text === 'dark';

function stored(): Theme {
  const text = kept(key);
  return isTheme(text) ? text : 'system';
}

class ThemeChoice {
  #value = $state<Theme>(stored());

  get value(): Theme {
    return this.#value;
  }

  set value(theme: Theme) {
    this.#value = theme;
    this.apply();
    keep(key, theme);
  }

  apply(): void {
    const root = document.documentElement;
    if (this.#value === 'system') delete root.dataset.theme;
    else root.dataset.theme = this.#value;
  }
}

export const theme = new ThemeChoice();
