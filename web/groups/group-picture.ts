import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { ConversationId } from "../../src/protocol/ids.ts";
import { type Cutting, PictureField, useCutting } from "../settings/picture-field.ts";

export interface GroupPictureProps {
  name: string;
  of: ConversationId;
  onCutting: (cutting: Cutting) => void;
}

/** Fetched with the dialog that it stands in, which asks it what it came to. */
export function GroupPicture({ name, of, onCutting }: GroupPictureProps) {
  const cutting = useCutting();
  useEffect(() => onCutting(cutting), []);
  return html`<${PictureField} name=${name} of=${of} cutting=${cutting} />`;
}
