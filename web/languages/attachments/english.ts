/** Said by what shows files closely, and sends them. */
export const english = {
  "attachment.beside": "Files to be sent",
  "attachment.sealing": "being prepared",
  "attachment.paused": "paused",
  "attachment.ready": "ready",
  "attachment.uploaded": "{count}% uploaded",
  "attachment.pause": "Pause {name}",
  "attachment.resume": "Continue {name}",
  "attachment.try_again": "Try {name} again",
  "attachment.as_it_is": "Send as it is",
  "attachment.cancel": "Take back {name}",
  "attachment.stop_fetch": "Stop downloading {name}",
  "attachment.remove": "Remove {name}",
  "attachment.progress": "Progress of {name}",
  "attachment.open_picture": "Open {name}",
  "attachment.play": "Play {name}",
  "attachment.download": "Download {name}",
  "attachment.fetching": "Fetching…",
  "attachment.gallery": "Photo {count} of {all}",
  "attachment.gallery_film": "Video {count} of {all}",
  "attachment.before": "Earlier",
  "attachment.after": "Later",
  "attachment.closer": "Zoom in",
  "attachment.farther": "Zoom out",
  "attachment.recording": "Recording",
  "attachment.voice_discard": "Throw away",
  "attachment.voice_done": "Done",
  "attachment.no_microphone":
    "The microphone could not be used. Allow it in your browser’s settings and try again.",
  "attachment.voice_play": "Play voice note, {length}",
  "attachment.voice_pause": "Pause voice note, {length}",
  "attachment.voice_place": "Place in the voice note",
  "failure.attachment.too_large": "This file is larger than this server takes. Nothing was sent.",
  "failure.attachment.quota_full":
    "Your room for files on this server is used up. Nothing was sent. Ask whoever runs it for more.",
  "failure.attachment.not_allowed": "This server does not take files of this kind. Nothing was sent.",
  "failure.attachment.disagrees":
    "This file’s name, its type and its content do not say the same. This server does not take such files. Nothing was sent.",
  "failure.attachment.damaged":
    "This file is not what was sent: it was damaged or changed on the way. It is not shown.",
  "failure.attachment.ticket_invalid": "The file could not be fetched. Try again.",
  "failure.attachment.stopped": "You stopped this download.",
  "failure.attachment.unreadable":
    "This file could not be read. It may have been moved or changed. Choose it again.",
  "failure.attachment.not_a_picture":
    "The place where this picture was taken can’t be removed here. Sent as it is, it may tell that place.",
} as const;
