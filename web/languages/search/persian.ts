import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "search.label": "جست‌وجوی پیام‌ها و گفت‌وگوها",
  "search.close": "پایان جست‌وجو",
  "search.hint": "واژه‌ها در همهٔ آنچه این دستگاه نگه داشته جست‌وجو می‌شود. چیزی از آن به کارساز نمی‌رسد.",
  "search.opening": "در حال باز کردن پیام‌های قدیمی‌تر…",
  "search.nothing": "چیزی پیدا نشد",
  "search.more": "بیشتر نشان بده",
  "search.by": "نویسنده",
  "search.by_all": "از هر کس",
  "search.by_me": "از شما",
  "search.when": "زمان",
  "search.when_any": "هر زمان",
  "search.when_week": "هفتهٔ گذشته",
  "search.when_month": "ماه گذشته",
  "search.when_year": "سال گذشته",
  "search.holds": "چه دارد",
  "search.holds_any": "هر چیزی",
  "search.holds_links": "پیوند",
  "search.holds_pictures": "عکس",
  "search.holds_films": "ویدیو",
  "search.holds_sounds": "صدا",
  "search.holds_files": "پرونده",
  "search.here": "فقط در {name}",
};
