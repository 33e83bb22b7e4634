import { createModel, signal } from "@preact/signals";
import {
  changeSettings,
  type ServerSettings,
  type SettingName,
  showSettings,
} from "../../src/protocol/settings.ts";
import type { Call } from "../delivery/platform/api.ts";
import { readFailure } from "../read-failure.ts";

/** What the server's administrators choose for everybody on it. */
export const ServerChoices = createModel((call: Call) => {
  const kept = signal<ServerSettings | undefined>(undefined);
  /** Why it could not be loaded. */
  const unloaded = signal<string | undefined>(undefined);
  const busy = signal<SettingName | undefined>(undefined);
  const done = signal<SettingName | undefined>(undefined);
  const failure = signal<{ readonly name: SettingName; readonly code: string } | undefined>(undefined);

  async function load(): Promise<void> {
    unloaded.value = undefined;
    try {
      kept.value = await call(showSettings, {});
    } catch (error) {
      unloaded.value = readFailure(error);
    }
  }

  /** Shown as chosen only once it is kept. */
  async function choose<Name extends SettingName>(name: Name, value: ServerSettings[Name]): Promise<void> {
    if (busy.value !== undefined) return;
    busy.value = name;
    done.value = undefined;
    failure.value = undefined;
    try {
      kept.value = await call(changeSettings, { [name]: value });
      done.value = name;
    } catch (error) {
      failure.value = { name, code: readFailure(error) };
    } finally {
      busy.value = undefined;
    }
  }

  return { kept, unloaded, busy, done, failure, load, choose };
});
export type ServerChoices = InstanceType<typeof ServerChoices>;
