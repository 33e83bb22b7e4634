/** Said by the details of a conversation. */
export const english = {
  "shelf.title": "In your list",
  "shelf.pin": "Keep at the top",
  "shelf.mute": "Mute",
  "shelf.mute_text": "New messages are not announced and not counted.",
  "shelf.archive": "Put away",
  "shelf.archive_text": "Comes back when somebody writes, unless it is muted.",
  "shelf.mark": "Mark as unread",
  "details.title": "Details",
  "details.encrypted": "End-to-end encrypted, not yet independently audited",
  "details.encrypted_text": "Only you and {name} can read this conversation. The server cannot.",
  "details.encrypted_self": "Only you can read this conversation. The server cannot.",
  "details.encrypted_group": "Only the people in this group can read it. The server cannot.",
  "details.nickname": "Your own name for them",
  "details.nickname_hint": "Only you see it, on this device.",
  "details.nickname_kept": "Kept. Only you see it, on this device.",
  "details.block": "Block {name}",
  "details.report": "Report {name}",
  "details.first_use": "Who this is",
  "details.first_use_text":
    "The server told your device who {name} is, and your device holds on to it: if that ever changes, nothing more is sent. Comparing safety numbers to make sure is not possible in this version; opening {name}’s own link is.",
  "details.by_link_text":
    "You opened a link that {name} made. It carries the fingerprint of their key, and the key the server showed your device has this fingerprint. If that ever changes, nothing more is sent.",
  "folder.title": "Folders",
  "folder.all": "All",
  "folder.new": "New folder",
  "folder.add": "Put in",
  "timer.title": "Disappearing messages",
  "timer.off": "Off",
  "timer.text":
    "What anyone here writes from now on disappears for everybody after this time, and from the server. Others may still keep copies.",
  "timer.who": "Only the owner and admins change this.",
} as const;
