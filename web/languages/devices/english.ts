/** Said about the devices of an account: linking, recovering, and who somebody is. */
export const english = {
  "elsewhere.title": "Your conversations live on another device",
  "elsewhere.text":
    "This account’s keys are in another browser or on another device. Nothing is damaged and nothing was changed here. There are two ways to use it here too.",
  "elsewhere.link": "Link this browser",
  "elsewhere.link_title": "I have another device here",
  "elsewhere.link_text":
    "This browser shows a code, and your other device hands the keys over. It comes into all your conversations; what was written before stays on the other device.",
  "elsewhere.making": "Making a code…",
  "elsewhere.do":
    "On your other device open Settings, Devices, and under “Link a device” type this code. Or scan it there with the camera and open the link.",
  "elsewhere.code": "The code for this browser",
  "elsewhere.qr": "The code for this browser, to scan",
  "elsewhere.until": "It works once, until {time}. Leave this page open.",
  "elsewhere.expired": "The code has expired. Show a new one.",
  "elsewhere.lost": "I have lost my other devices",
  "elsewhere.lost_text":
    "With the 24 words of your recovery key this browser takes their place: all your other devices are signed out and leave your conversations. What was written before is not brought back.",
  "elsewhere.recover": "Recover with these words",
  "elsewhere.recovering": "Recovering…",
  "elsewhere.sign_out": "Sign out here",
  "words.typed": "Your recovery words",
  "words.count": { one: "{count} word of 24", other: "{count} words of 24" },
  "words.not_24": {
    one: "This is {count} word. The recovery key has 24.",
    other: "These are {count} words. The recovery key has 24.",
  },
  "failure.device_link_wrong":
    "What came for this code was not made by a device that was told it. Nothing was taken from it. Show a new code, and tell whoever runs the server if it happens again.",
  "failure.wrong_words":
    "These are not this account’s recovery words. Nothing was changed. Look for a slip, and for two words in the wrong order.",
  "failure.vault_differs":
    "The words are right, but the server does not show what was last sealed for them. Nothing was changed. Tell whoever runs the server.",
} as const;
