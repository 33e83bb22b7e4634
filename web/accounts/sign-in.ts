import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { signIn } from "../../src/protocol/accounts.ts";
import { say } from "../languages/language.ts";
import type { Means } from "../means.ts";
import { navigate, withNext } from "../routes.ts";
import { useTitle } from "../ui/title.ts";
import { AccountFields } from "./account-fields.ts";
import { AccountForm } from "./account-form.ts";
import { Frame } from "./frame.ts";
import { nameOfServer } from "./name-of-server.ts";
import type { Server } from "./server.ts";

export function SignIn({ means, server, next }: { means: Means; server: Server; next: string }) {
  const form = useModel(
    () =>
      new AccountForm({
        submit: ({ username, password }) => means.call(signIn, { username, password }),
        done: (me) => {
          server.signedIn(me);
          navigate(next, { replace: true });
        },
        invite: { needed: false, code: undefined },
      }),
  );
  const me = server.me.value;
  useEffect(() => {
    if (me) navigate(next, { replace: true });
  }, [me]);
  useTitle(say("sign_in.title"));
  return html`<${Frame}
    server=${server}
    title=${say("sign_in.title")}
    intro=${nameOfServer(server.description.value?.name)}
    awaiting=${say("sign_in.checking")}
  >
    <${AccountFields}
      form=${form}
      submit=${say("sign_in.submit")}
      working=${say("sign_in.working")}
      creating=${false}
    />
    ${
      server.description.value?.registration !== "closed" &&
      html`<p class="door-other">
      ${say("sign_in.new_here")} <a href=${withNext("/auth/register", next)}>${say("sign_in.create")}</a>
    </p>`
    }
  <//>`;
}
