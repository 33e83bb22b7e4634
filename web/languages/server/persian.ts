import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "server.loading": "در حال آوردن تنظیمات…",
  "server.unloaded": "تنظیمات آورده نشد.",
  "server.kept": "نگه داشته شد و از همین حالا برقرار است.",
  "server.people": "افراد",
  "server.registration": "چه کسی می‌تواند اینجا حساب بسازد",
  "server.open": "هر کسی",
  "server.open_text": "هر که نشانی این کارساز را بداند می‌تواند حساب بسازد.",
  "server.invite": "هر که دعوت دارد",
  "server.invite_text": "شما و مدیران دیگر پیوند می‌سازید. هر پیوند یک نفر را راه می‌دهد.",
  "server.closed": "هیچ‌کس",
  "server.closed_text": "دعوت‌هایی که ساخته شده‌اند هم کسی را راه نمی‌دهند. هر که حساب دارد آن را نگه می‌دارد.",
  "server.name": "نام این کارساز",
  "server.name_hint": "جایی که مردم وارد می‌شوند یا حساب می‌سازند نشان داده می‌شود.",
  "server.name_wrong": "نامی یک‌خطی و حداکثر ۱۲۰ نویسه‌ای بنویسید.",
  "server.files": "پرونده‌ها",
  "server.largest": "بزرگ‌ترین پرونده، به مگابایت",
  "server.largest_hint": "بزرگ‌تر از این فرستاده نمی‌شود. با ۰ هیچ پرونده‌ای فرستاده نمی‌شود.",
  "server.quota": "جای پرونده‌های هر حساب، به مگابایت",
  "server.quota_hint":
    "اگر کمتر از آن باشد که کسی اکنون به کار برده، پرونده‌هایش می‌مانند ولی پروندهٔ تازه‌ای نمی‌تواند بفرستد.",
  "server.size_wrong": "شمار مگابایت‌ها را بنویسید، مانند ۱۰۰.",
  "server.allowed": "گونه‌های پرونده که می‌توان فرستاد",
  "server.allowed_hint":
    "پسوندهایی مانند ‎.pdf‎ و گونه‌هایی مانند ‎image/*‎ با فاصله میانشان. خالی یعنی همه. پرونده‌ها رمزشده‌اند، پس برنامهٔ مردم این را رعایت می‌کند، نه کارساز.",
  "server.allowed_wrong": "پسوندهایی مانند ‎.pdf‎ یا گونه‌هایی مانند ‎image/png‎ یا ‎image/*‎ بنویسید.",
};
