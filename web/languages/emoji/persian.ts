import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "emoji.find": "یافتن شکلک",
  "emoji.found": { one: "{count} شکلک پیدا شد", other: "{count} شکلک پیدا شد" },
  "emoji.none_found": "شکلکی به این نام نیست.",
  "emoji.none_used": "شکلک‌هایی که به کار می‌برید اینجا می‌آیند.",
  "emoji.missing": "شکلک‌ها بار نشدند.",
  "emoji.all": "شکلک‌ها",
  "emoji.groups": "دسته‌های شکلک",
  "emoji.recent": "تازه به‌کاررفته",
  "emoji.smileys": "چهره‌ها و احساس‌ها",
  "emoji.people": "آدم‌ها",
  "emoji.animals": "جانوران و طبیعت",
  "emoji.food": "خوردنی و نوشیدنی",
  "emoji.places": "جاها و سفر",
  "emoji.activities": "سرگرمی‌ها",
  "emoji.objects": "چیزها",
  "emoji.symbols": "نمادها",
  "emoji.flags": "پرچم‌ها",
  "emoji.tone": "رنگ پوست",
  "emoji.tone_none": "بی‌رنگ",
  "emoji.tone_light": "روشن",
  "emoji.tone_medium_light": "کمی روشن",
  "emoji.tone_medium": "میانه",
  "emoji.tone_medium_dark": "کمی تیره",
  "emoji.tone_dark": "تیره",
};
