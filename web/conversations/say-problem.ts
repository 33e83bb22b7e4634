import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import type { Search } from "./search-model.ts";

/** Why nobody was found, for who is searched by name. */
export function sayProblem(search: Pick<Search, "problem" | "asked">): string | undefined {
  const problem = search.problem.value;
  if (problem === undefined) return undefined;
  const name = search.asked.value;
  if (problem === "missing") return say("field.username_missing");
  if (problem === "not_a_name") return say("new.not_a_name");
  if (problem === "yourself") return say("new.yourself");
  if (problem === "account.not_found") return say("new.not_found", { name });
  if (problem === "key_package.none") return say("new.not_ready", { name });
  return sayFailure(problem);
}
