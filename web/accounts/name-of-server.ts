import { say } from "../languages/language.ts";

/** The name a server has until its administrator gives it one. */
const UNNAMED = "Elahe";

/** A name somebody gave stands as it is; the app's own is said as the app is called in this language. */
export function nameOfServer(name: string | undefined): string {
  return name === undefined || name === UNNAMED ? say("app.title") : name;
}
