import type { Page } from "playwright-core";
import type { answerAsServer } from "./answer-as-server.ts";
import type { SceneName } from "./scenes.ts";

/** One screen in one state: looked at as a picture and searched for barriers. */
export interface Picture {
  readonly path: string;
  readonly scene?: SceneName;
  /** In Persian, where it is another. */
  readonly persian?: SceneName;
  readonly script?: Parameters<typeof answerAsServer>[0];
  readonly act?: (page: Page) => Promise<unknown>;
}

export function sceneOf({ scene, persian }: Picture, language: "en" | "fa"): SceneName {
  if (language === "fa") return persian ?? scene ?? "persian";
  return scene ?? "everyday";
}
