import { openIndexedDbStorage } from "../storage/open-indexeddb.ts";
import { STORAGE_PROMISES } from "./storage-promises.ts";

/** The page of the Chromium run: the test asks for one promise after the other. */
Object.assign(globalThis, {
  keepPromise: (name: keyof typeof STORAGE_PROMISES) => STORAGE_PROMISES[name](openIndexedDbStorage),
});
