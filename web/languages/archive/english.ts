/** Said by what is kept for devices to come. */
export const english = {
  "archive.all": "Keep my messages for my next devices",
  "archive.all_text":
    "Sealed with keys of yours and kept on the server, so that a device you link or recover later can read the past. The server cannot read it. What it costs: whoever gets your recovery key reads the past too. Disappearing messages never go in, and what is deleted is erased.",
  "archive.one": "Keep it for my next devices",
  "archive.one_text": "What is said here goes into your archive, which your recovery key opens.",
  "archive.all_off": "The archive is switched off for all conversations, in the settings.",
  "archive.others_follow": "Your other devices follow.",
  "archive.not_loaded": "What you chose for the archive could not be read from this device. It still holds.",
  "archive.size": "Kept now: {size}",
  "archive.unread": "How much is kept can be seen once the server can be reached.",
  "archive.drop": "Delete what is archived",
  "archive.drop_title": "Delete what is archived?",
  "archive.drop_all_text":
    "A device that you link or recover later then shows nothing from before it. What is on your devices stays there.",
  "archive.drop_one_text":
    "A device that you link or recover later then shows nothing of this conversation from before it. What is on your devices stays there.",
  "archive.keep": "Leave it",
  "archive.dropped": "Deleted from the server.",
} as const;
