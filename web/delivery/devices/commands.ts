import type { DeviceId } from "../../../src/protocol/ids.ts";

/** In a browser whose account has its keys elsewhere. */
export type KeylessCommand =
  /** Shows a code until a device has answered, as `link` of the device's state. */
  | { readonly kind: "link_here" }
  | { readonly kind: "cancel_link" }
  /** With the 24 words: this browser takes the place of all devices that are lost. */
  | { readonly kind: "recover"; readonly words: string };

export type DeviceCommand =
  | { readonly kind: "list_devices" }
  | { readonly kind: "rename_device"; readonly deviceId: DeviceId; readonly name: string }
  /** Signed out for good and out of every conversation. */
  | { readonly kind: "revoke_device"; readonly deviceId: DeviceId }
  /** Who shows this code. */
  | { readonly kind: "look_at_code"; readonly code: string }
  /** Hands them the account's keys. */
  | { readonly kind: "link_another"; readonly code: string }
  | { readonly kind: "read_recovery" }
  | { readonly kind: "show_words" }
  /** They are written down. */
  | { readonly kind: "confirm_words" }
  /** That they open what they should. */
  | { readonly kind: "prove_words"; readonly words: string };

export interface OwnDeviceView {
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly isThis: boolean;
  /** False: no entry of the account's log vouches for it, whatever the server says. */
  readonly isSigned: boolean;
}

export interface Recovery {
  /** This device can still show the words. */
  readonly hasWords: boolean;
  readonly confirmedAt: number | undefined;
  readonly provenAt: number | undefined;
}
