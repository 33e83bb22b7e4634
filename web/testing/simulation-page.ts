import { simulateGroup } from "../crypto/simulation.ts";

/** The page of the Chromium run: the test asks for seeds through `simulateGroup`. */
Object.assign(globalThis, { simulateGroup });
