/** Said about the devices of an account: linking, recovering, and who somebody is. */
export const english = {
  "elsewhere.title": "Your conversations live on another device",
  "elsewhere.text":
    "This account’s keys are in another browser or on another device. Nothing is damaged and nothing was changed here. There are two ways to use it here too.",
  "elsewhere.link": "Link this browser",
  "elsewhere.link_title": "I have another device here",
  "elsewhere.link_text":
    "This browser shows a code, and your other device hands the keys over. It comes into all your conversations; what was written before comes from your archive, unless you switched it off.",
  "elsewhere.making": "Making a code…",
  "elsewhere.do":
    "On your other device open Settings, Devices, and under “Link a device” type this code. Or scan it there with the camera and open the link.",
  "elsewhere.code": "The code for this browser",
  "elsewhere.qr": "The code for this browser, to scan",
  "elsewhere.until": "It works once, until {time}. Leave this page open.",
  "elsewhere.expired": "The code has expired. Show a new one.",
  "elsewhere.lost": "I have lost my other devices",
  "elsewhere.lost_text":
    "With the 24 words of your recovery key this browser takes their place: all your other devices are signed out and leave your conversations. What was written before comes from your archive, unless you switched it off.",
  "elsewhere.recover": "Recover with these words",
  "elsewhere.recovering": "Recovering…",
  "elsewhere.sign_out": "Sign out here",
  "words.typed": "Your recovery words",
  "words.count": { one: "{count} word of 24", other: "{count} words of 24" },
  "words.not_24": {
    one: "This is {count} word. The recovery key has 24.",
    other: "These are {count} words. The recovery key has 24.",
  },
  "devices.list": "Your devices",
  "devices.text":
    "Each of these has this account’s keys and reads your conversations. Being signed in is something else: whoever is only signed in sees no message until a device here hands them the keys.",
  "devices.this": "This device",
  "devices.when": "Added: {since} · Last seen: {seen}",
  "devices.when_active": "Added: {since} · Active now",
  "devices.unsigned":
    "None of your devices has vouched for this one, though the server lists it. It reads nothing of what your devices send. If you don’t know it, tell whoever runs the server.",
  "devices.failed": "Your devices could not be looked up.",
  "devices.rename": "Rename",
  "devices.rename_title": "Rename this device",
  "devices.name": "Name",
  "devices.name_hint": "The server knows this name, and all your devices show it.",
  "devices.remove": "Remove",
  "devices.remove_title": "Remove {name}?",
  "devices.remove_text":
    "It is signed out and leaves all your conversations: it reads nothing of what comes from now on. What it has read already may stay on it.",
  "devices.remove_do": "Remove this device",
  "devices.removing": "Removing…",
  "link.title": "Link a device",
  "link.text":
    "Sign in with your password on the new device. It shows a code: type it here, or open the link that it shows.",
  "link.code": "Code of the new device",
  "link.look": "See which device it is",
  "link.looking": "Looking…",
  "link.waiting": "{name} waits for your keys",
  "link.from": "Address: {address}",
  "link.at": "Asked at {time}",
  "link.ask":
    "Only link a device that you see before you and whose code you read yourself: from then on it reads and writes in your name.",
  "link.do": "Link this device",
  "link.linking": "Linking…",
  "link.not_mine": "Not mine",
  "link.denied":
    "Nothing was handed over. Whoever shows that code has signed in with your password: if it is not you, tell whoever runs the server.",
  "link.done": "{name} has your keys now and comes into your conversations.",
  "seating.another": "Adding it to your conversations: {done} of {all}",
  "seating.another_done": "It is in all your conversations.",
  "failure.code_mistyped":
    "This is not a code of a new device, or there is a slip in it. Compare it letter by letter.",
  "failure.device_unsigned":
    "Your devices never vouched for this one, so they have nothing to take back. Tell whoever runs the server.",
  "recovery.text":
    "24 words that bring your account back when every device is lost. Whoever has them can become you: keep them on paper, away from your devices. Nobody can replace them for you.",
  "recovery.show": "Show the 24 words",
  "recovery.look_away": "Make sure that nobody looks over your shoulder.",
  "recovery.once":
    "Write them down in this order. Once you have shown that you did, they are erased here and shown nowhere again.",
  "recovery.words": "Your 24 recovery words",
  "recovery.copy": "Copy",
  "recovery.copied": "The words were copied. Clear your clipboard when they are safe.",
  "recovery.copy_denied": "The browser did not allow copying. Write the words down, or save them.",
  "recovery.print": "Print",
  "recovery.save": "Save as a text file",
  "recovery.next": "I have written them down",
  "recovery.ask": "Two of your words, to be sure",
  "recovery.ask_word": "Word {place}",
  "recovery.ask_wrong": "This is not word {place}. Look at what you wrote down.",
  "recovery.again": "Show the words again",
  "recovery.confirm": "Done",
  "recovery.confirming": "Sealing…",
  "recovery.confirmed": "Your recovery key is ready. The words are no longer on this device.",
  "recovery.check_mine": "Check my words",
  "recovery.check": "Check your recovery key",
  "recovery.check_text": "Type the words as you wrote them down. Nothing is changed by it.",
  "recovery.checking": "Checking…",
  "recovery.proven": "These words open your account.",
  "recovery.linked":
    "This device was linked and never had the words. If you have written them down, you can check them here; if not, do it on the device that you began with.",
  "recovery.failed": "How your recovery key stands could not be read.",
  "remind.save":
    "Save your recovery key: without it, whoever loses all devices loses the account’s conversations.",
  "remind.open": "Save it now",
  "remind.later": "Not now",
  "seating.own": "Coming into your conversations: {done} of {all}",
  "failure.words_gone": "The words are not on this device any more.",
  "failure.device_link_wrong":
    "What came for this code was not made by a device that was told it. Nothing was taken from it. Show a new code, and tell whoever runs the server if it happens again.",
  "failure.wrong_words":
    "These are not this account’s recovery words. Nothing was changed. Look for a slip, and for two words in the wrong order.",
  "failure.vault_differs":
    "The words are right, but the server does not show what was last sealed for them. Nothing was changed. Tell whoever runs the server.",
} as const;
