import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { fetchedOnce } from "../ui/fetched-once.ts";

const sign = fetchedOnce(async () => (await import("./verified-sign.ts")).openVerifiedSign());

/** Beside the name of somebody whose safety number was compared. */
export function Verified() {
  useEffect(() => void sign.fetch(), []);
  const Sign = sign.fetched.value;
  return Sign && html` <${Sign} />`;
}
