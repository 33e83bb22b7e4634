import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import { setUp } from "../../src/protocol/accounts.ts";
import { say } from "../languages/language.ts";
import type { Means } from "../means.ts";
import { CHAT, navigate } from "../routes.ts";
import { Notice } from "../ui/notice.ts";
import { useTitle } from "../ui/title.ts";
import { AccountFields } from "./account-fields.ts";
import { AccountForm } from "./account-form.ts";
import { Frame } from "./frame.ts";
import { nameOfServer } from "./name-of-server.ts";
import type { Server } from "./server.ts";

export function SetUp({ means, server, token }: { means: Means; server: Server; token: string }) {
  const about = server.description.value;
  const title = say("setup.title", { server: nameOfServer(about?.name) });
  useTitle(title);
  if (about?.setUp)
    return html`<${Frame} server=${server} title="" awaiting="">
      <${Notice} whole title=${say("setup.done")} text=${say("setup.done_text")}>
        <a class="button button-main" href="/auth/sign-in">${say("landing.sign_in")}</a>
      <//>
    <//>`;
  return html`<${Frame} server=${server} title=${title} intro=${say("setup.text")} awaiting=${say("app.opening")}>
    <${SetUpForm} means=${means} server=${server} token=${token} />
  <//>`;
}

function SetUpForm({ means, server, token }: { means: Means; server: Server; token: string }) {
  const form = useModel(
    () =>
      new AccountForm({
        submit: ({ username, password }) => means.call(setUp, { token, username, password }),
        done: (me) => {
          server.signedIn(me);
          navigate(CHAT, { replace: true });
        },
        invite: { needed: false, code: undefined },
      }),
  );
  return html`<${AccountFields}
    form=${form}
    submit=${say("setup.submit")}
    working=${say("setup.working")}
    creating
  />`;
}
