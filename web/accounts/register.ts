import { useModel, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { checkInvite, register } from "../../src/protocol/accounts.ts";
import { say } from "../languages/language.ts";
import type { Means } from "../means.ts";
import { readFailure } from "../read-failure.ts";
import { navigate, withNext } from "../routes.ts";
import { Notice, Waiting } from "../ui/notice.ts";
import { useTitle } from "../ui/title.ts";
import { AccountFields } from "./account-fields.ts";
import { AccountForm } from "./account-form.ts";
import { Frame } from "./frame.ts";
import { nameOfServer } from "./name-of-server.ts";
import type { Server } from "./server.ts";

interface Props {
  means: Means;
  server: Server;
  next: string;
  inviteCode: string | undefined;
}

export function Register({ means, server, next, inviteCode }: Props) {
  const invite = useInviteCheck(means, inviteCode);
  const about = server.description.value;
  const name = nameOfServer(about?.name);
  useTitle(say("register.title"));
  const refused = invite === "spent" || (about?.registration === "closed" && inviteCode === undefined);
  return html`<${Frame}
    server=${server}
    title=${refused ? "" : say("register.title")}
    intro=${inviteCode !== undefined && invite === "good" ? say("register.invited", { server: name }) : undefined}
    awaiting=${say("sign_in.checking")}
  >
    ${
      invite === "checking"
        ? html`<${Waiting} text=${say("register.checking")} />`
        : invite === "spent"
          ? html`<${Notice} whole title=${say("register.invite_spent")} text=${say("register.invite_spent_text")} />`
          : refused
            ? html`<${Notice} whole title=${say("register.closed", { server: name })} text=${say("register.closed_text")} />`
            : html`<${RegisterForm} means=${means} server=${server} next=${next} inviteCode=${inviteCode} />`
    }
    <p class="door-other">
      ${say("register.have_account")} <a href=${withNext("/auth/sign-in", next)}>${say("register.sign_in")}</a>
    </p>
  <//>`;
}

function RegisterForm({ means, server, next, inviteCode }: Props) {
  const needsInvite = server.description.value?.registration === "invite";
  const form = useModel(
    () =>
      new AccountForm({
        submit: ({ username, password, invite }) =>
          means.call(register, { username, password, ...(invite === "" ? {} : { inviteCode: invite }) }),
        done: (me) => {
          server.signedIn(me);
          navigate(next, { replace: true });
        },
        invite: { needed: needsInvite, code: inviteCode },
      }),
  );
  return html`<${AccountFields}
    form=${form}
    submit=${say("register.submit")}
    working=${say("register.working")}
    creating
    asksInvite=${needsInvite && inviteCode === undefined}
  />`;
}

type InviteState = "checking" | "good" | "spent";

/** A check that does not arrive is no reason to refuse: registration itself will say. */
function useInviteCheck(means: Means, code: string | undefined): InviteState {
  const state = useSignal<InviteState>(code === undefined ? "good" : "checking");
  useEffect(() => {
    if (code === undefined) return;
    means.call(checkInvite, { code }).then(
      ({ valid }) => {
        state.value = valid ? "good" : "spent";
      },
      (error: unknown) => {
        state.value = readFailure(error) === "request.malformed" ? "spent" : "good";
      },
    );
  }, [code]);
  return state.value;
}
