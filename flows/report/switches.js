"use strict";
(() => {
  const root = document.documentElement;
  const stored = (key) => { try { return localStorage.getItem("presslake." + key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem("presslake." + key, value); } catch { /* opened from disk without storage */ } };
  const asked = new URLSearchParams(location.search);
  const choose = (key, fallback) => {
    const value = asked.get(key) || stored(key) || fallback;
    const input = document.getElementById(key + "-" + value);
    if (input) input.checked = true;
  };
  const apply = () => {
    const language = document.getElementById("lang-en").checked ? "en" : "de";
    root.lang = language;
    document.title = root.dataset[language === "en" ? "titleEn" : "titleDe"];
    document.dispatchEvent(new Event("switched"));
  };
  choose("lang", /^de\b/i.test(navigator.language || "de") ? "de" : "en");
  choose("theme", "auto");
  apply();
  document.querySelectorAll(".controls input").forEach((input) => input.addEventListener("change", () => { store(input.name, input.value); apply(); }));
})();
