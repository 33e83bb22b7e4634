/** Said about the safety number of two people. */
export const english = {
  "safety.with": "Safety number with {name}",
  "safety.text":
    "Compare these 60 digits with what {name} sees, face to face or by phone, not here. If they are the same, you write with {name} and nobody stands between you, not even the server.",
  "safety.stays":
    "They stay the same when one of you links a new device. If {name}’s key ever changes, the mark goes, you are warned, and nothing is sent.",
  "safety.digits": "The 60 digits",
  "safety.qr": "The same digits, to scan",
  "safety.verify": "Mark as verified",
  "safety.unverify": "Take the mark back",
  "safety.is_verified": "You have marked {name} as verified.",
  "safety.verified": "Verified: you compared safety numbers",
  "failure.identity_unknown": "This device has seen no key of theirs yet. Write to them first.",
} as const;
