/** The arrow keys lead from button to button of a grid, whose rows are as long as there is room. */
export function walkGrid(event: KeyboardEvent): void {
  const { currentTarget: grid, target } = event;
  if (!(grid instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
  const buttons = [...grid.querySelectorAll<HTMLElement>("button")];
  const at = buttons.indexOf(target);
  const step = stepOf(event.key, grid, buttons);
  const next = at < 0 || step === undefined ? undefined : buttons[at + step];
  if (!next) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

function stepOf(key: string, grid: HTMLElement, buttons: readonly HTMLElement[]): number | undefined {
  const forward = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
  const top = buttons[0]?.offsetTop;
  const row = buttons.filter(({ offsetTop }) => offsetTop === top).length;
  return { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: row, ArrowUp: -row }[key];
}
