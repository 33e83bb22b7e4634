import { expect, test } from "bun:test";
import { MARK_PATH } from "./ui/mark.ts";

test("the mark that stands there first is the app's own", async () => {
  expect(await Bun.file(`${import.meta.dir}/index.html`).text()).toContain(MARK_PATH);
});
