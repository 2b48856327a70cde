/** Light, dark, or as the system says. The choice is kept in this browser. */

export type Theme = 'system' | 'light' | 'dark';

const key = 'holdfast.theme';
const isTheme = (text: string | null): text is Theme =>
  text === 'system' || text === 'light' || text === 'dark';

function stored(): Theme {
  try {
    const text = localStorage.getItem(key);
    return isTheme(text) ? text : 'system';
  } catch {
    return 'system';
  }
}

class ThemeChoice {
  #value = $state<Theme>(stored());

  get value(): Theme {
    return this.#value;
  }

  set value(theme: Theme) {
    this.#value = theme;
    this.apply();
    try {
      localStorage.setItem(key, theme);
    } catch {
      // Storage may be switched off: the choice then lasts as long as the page.
    }
  }

  apply(): void {
    const root = document.documentElement;
    if (this.#value === 'system') delete root.dataset.theme;
    else root.dataset.theme = this.#value;
  }
}

export const theme = new ThemeChoice();
