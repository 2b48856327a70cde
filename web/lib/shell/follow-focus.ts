/**
 * Where the keyboard and the screen reader are. A new screen begins at its heading. When what had the focus goes away,
 * because its step is done, the focus goes to the heading too: else it would fall to nothing and start at the top again.
 * A screen that still waits for its heading has the focus on the whole, and passes it on.
 */

export function focusHeading(main: HTMLElement): void {
  const target = main.querySelector<HTMLElement>('h1') ?? main;
  target.tabIndex = -1;
  target.focus();
}

/** For `{@attach}`. */
export function followFocus(main: HTMLElement): () => void {
  let last: EventTarget | null = null;
  const remember = (event: FocusEvent) => (last = event.target);
  const observer = new MutationObserver(() => {
    const isLost = last instanceof Element && !last.isConnected && document.activeElement === document.body;
    const isEarly = document.activeElement === main && main.querySelector('h1') !== null;
    if (isLost || isEarly) focusHeading(main);
  });
  main.addEventListener('focusin', remember);
  observer.observe(main, { childList: true, subtree: true });
  return () => {
    main.removeEventListener('focusin', remember);
    observer.disconnect();
  };
}
