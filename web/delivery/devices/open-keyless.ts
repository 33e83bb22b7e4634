import type { Account } from "../client.ts";
import type { DeviceState } from "../patches.ts";
import type { KeylessCommand } from "./commands.ts";
import { linkHere } from "./link-here.ts";
import { recover } from "./recover.ts";

/** What a browser can do whose account has its keys elsewhere: get them. */
export interface Keyless {
  run(command: KeylessCommand): Promise<void>;
  close(): void;
}

export function openKeyless(
  account: Account,
  hooks: {
    readonly show: (device: DeviceState) => void;
    /** There is a device of this browser now, and it is to be registered. */
    readonly made: () => void;
  },
): Keyless {
  let stop: (() => void) | undefined;
  const end = () => {
    stop?.();
    stop = undefined;
  };
  return {
    async run(command) {
      end();
      if (command.kind === "cancel_link") return hooks.show({ kind: "elsewhere" });
      if (command.kind === "recover") {
        hooks.show({ kind: "elsewhere" });
        await recover(account, command.words);
        return hooks.made();
      }
      stop = linkHere(account, {
        show: (link, failure) => hooks.show({ kind: "elsewhere", link, failure }),
        linked: hooks.made,
      });
    },
    close: end,
  };
}
