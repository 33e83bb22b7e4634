/** The picture of the README, made of two screenshots: bun run screenshots conversation, then this. */
import { openBrowser } from "./open-browser.ts";

const [desktop, phone] = await Promise.all(
  ["desktop-light", "phone-dark"].map(async (name) => {
    const bytes = await Bun.file(`screenshots/conversation-${name}.png`).bytes();
    return `data:image/png;base64,${bytes.toBase64()}`;
  }),
);
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1320, height: 660 } });
await page.setContent(`<!doctype html>
  <style>
    body { margin: 0; display: flex; gap: 30px; align-items: center; justify-content: center; height: 660px; background: #e1e7ea }
    img { display: block }
  </style>
  <img src="${desktop}" width="960" height="600"><img src="${phone}" width="270" height="555">`);
await page.screenshot({ path: "docs/picture.png" });
await browser.close();
