/** Said by several of the views that are fetched later. */
export const english = {
  "block.title": "Block {name}?",
  "block.text":
    "You will see nothing more of what they write, here and in groups. They aren’t told. What they write meanwhile does not come later.",
  "request.block": "Block",
  "request.unblock": "Unblock",
  "role.owner": "Owner",
  "role.admin": "Administrator",
  "role.moderator": "Moderator",
  "role.member": "Member",
  "export.one": "Export this conversation",
  "export.all": "Export everything",
  "link.copied": "The link was copied.",
  "link.copy_denied":
    "The browser did not allow copying. The link is selected: copy it with your keyboard or by pressing on it.",
  "settings.signing_out": "Signing out…",
} as const;
