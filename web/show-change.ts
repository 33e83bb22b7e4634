const PHONE = "(max-width: 719px)";
const CALM = "(prefers-reduced-motion: reduce)";

/**
 * Makes a change of page, sliding from list to conversation and back where one pane shows at a time.
 * Where the browser cannot, or the person wants no motion, it is simply made.
 */
export function showChange(way: "forward" | "back", change: () => void): void {
  if (!document.startViewTransition || !matchMedia(PHONE).matches || matchMedia(CALM).matches) {
    change();
    return;
  }
  document.documentElement.dataset["way"] = way;
  const transition = document.startViewTransition(async () => {
    change();
    // The views draw after this turn; no frame passes before the transition goes on.
    await new Promise((drawn) => setTimeout(drawn));
  });
  // Another change may overtake it: then this one is simply there.
  transition.ready.catch(() => undefined);
  transition.finished.finally(() => delete document.documentElement.dataset["way"]).catch(() => undefined);
}
