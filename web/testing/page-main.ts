import { startApp } from "../app.ts";
import { call } from "../delivery/platform/api.ts";
import { type FixtureMessenger, openFixtureMessenger } from "./fixture-messenger.ts";
import { SCENES, type SceneName } from "./scenes.ts";
import { ME } from "./test-ids.ts";

/** The app as it is, over scripted people: only tests and pictures are made of it. */
const chosen = sessionStorage.getItem("scene");
const name = Object.keys(SCENES).find((known): known is SceneName => known === chosen) ?? "everyday";

void startApp({
  call,
  build: "0123456789ab",
  openMessenger: async () => {
    const messenger = openFixtureMessenger(SCENES[name](Date.now()), ME);
    (globalThis as { fixture?: FixtureMessenger }).fixture = messenger;
    return messenger;
  },
});
