import { createModel, signal } from "@preact/signals";
import type { Me } from "../../src/protocol/accounts.ts";
import { readFailure } from "../read-failure.ts";

export interface AccountInput {
  readonly username: string;
  readonly password: string;
  readonly invite: string;
}

type FieldName = keyof AccountInput;
type Missing = "missing";

interface Wishes {
  readonly submit: (input: AccountInput) => Promise<Me>;
  readonly done: (me: Me) => void;
  readonly invite: { readonly needed: boolean; readonly code: string | undefined };
}

/** Name, password and maybe an invite: the one form behind sign-in, registration and set-up. */
export const AccountForm = createModel((wishes: Wishes) => {
  const username = signal("");
  const password = signal("");
  const invite = signal(wishes.invite.code ?? "");
  const busy = signal(false);
  const missing = signal<readonly FieldName[]>([]);
  /** A refusal code or "missing", and the field it is about; none means the whole form. */
  const failure = signal<{ code: string | Missing; field: FieldName | undefined } | undefined>(undefined);

  async function submit(): Promise<void> {
    if (busy.value) return;
    const input = {
      username: username.value.trim(),
      password: password.value,
      invite: readInvite(invite.value),
    };
    missing.value = whatIsMissing(input);
    const [first] = missing.value;
    failure.value = first && { code: "missing", field: first };
    if (first) return;
    busy.value = true;
    try {
      wishes.done(await wishes.submit(input));
    } catch (error) {
      const code = readFailure(error);
      failure.value = { code, field: fieldOf(code) };
    } finally {
      busy.value = false;
    }
  }

  function whatIsMissing(input: AccountInput): FieldName[] {
    const needed: FieldName[] = wishes.invite.needed
      ? ["invite", "username", "password"]
      : ["username", "password"];
    return needed.filter((field) => input[field] === "");
  }

  return { username, password, invite, busy, missing, failure, submit };
});
export type AccountForm = InstanceType<typeof AccountForm>;

/** The code itself, or the last part of an invite link. */
export function readInvite(pasted: string): string {
  return pasted.trim().split(/[?#]/)[0]?.replace(/\/+$/, "").split("/").at(-1) ?? "";
}

function fieldOf(code: string): FieldName | undefined {
  if (code.startsWith("username.")) return "username";
  if (code.startsWith("password.")) return "password";
  return code.startsWith("registration.invite") ? "invite" : undefined;
}
