import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Link } from "lucide";
import type { SignedIn } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { contactPath } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { LinkCard } from "./link-card.ts";
import type { Settings } from "./model.ts";

/** The way to this person, with what shows that it is them. */
export function ContactLink({ settings, me }: { settings: Settings; me: SignedIn }) {
  const link = useSignal<string | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const show = async () => {
    failure.value = undefined;
    try {
      link.value = location.origin + contactPath(me.username, await settings.ownFingerprint());
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  return html`<section class="settings-part" aria-labelledby="contact-link">
    <h2 id="contact-link">${say("contact.title")}</h2>
    <p class="settings-quiet">${say("contact.text")}</p>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    ${
      link.value === undefined
        ? html`<${Button} label=${say("contact.show")} icon=${Link} onPress=${show} />`
        : html`<${LinkCard} link=${link.value} qr=${say("contact.qr")} />`
    }
  </section>`;
}
