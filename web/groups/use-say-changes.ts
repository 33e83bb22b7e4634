import { useEffect } from "preact/hooks";
import { fetchedOnce } from "../ui/fetched-once.ts";

const fetchedSay = fetchedOnce(async () => (await import("./say-change.ts")).openSayChanges());

/** Fetched where it is first wanted; undefined until then. */
export function useSayChanges(isWanted: boolean) {
  useEffect(() => {
    if (isWanted) void fetchedSay.fetch();
  }, [isWanted]);
  return fetchedSay.fetched.value;
}
