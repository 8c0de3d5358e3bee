"use strict";
// The page: load columns, filter rows by index, draw what is asked for. Whatever comes from a snapshot is set as text, never as markup.
(() => {
  const PAGE = 40;
  const $ = (id) => document.getElementById(id);
  const german = () => document.documentElement.lang !== "en";
  const t = (de, en) => (german() ? de : en);
  const num = (n) => n.toLocaleString(german() ? "de-DE" : "en-GB");
  const day = (ms) => (ms == null ? t("ohne Datum", "undated") : new Date(ms).toLocaleDateString(german() ? "de-DE" : "en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }));
  const named = (kind, value) => (NAMES[kind]?.[value] ?? [value, value])[german() ? 0 : 1];
  const clean = (text) => (text ?? "").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ");

  /** An element with attributes (listeners as onclick), and text or elements inside. */
  const el = (tag, attributes = {}, ...inside) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (value == null || value === false) continue;
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...inside.flat().filter((x) => x != null && x !== false));
    return node;
  };
  const bdi = (text) => el("bdi", {}, clean(text));
  const web = (url) => {
    try {
      const parsed = new URL(url);
      return /^https?:$/.test(parsed.protocol) ? parsed.href : null;
    } catch {
      return null;
    }
  };

  // ------------------------------------------------------------------ the snapshot in memory

  const db = {};

  const load = async (snapshot) => {
    const say = (table) => ($("stand").textContent = t(`Lese ${table} …`, `Reading ${table} …`));
    const open = async (name, columns) => {
      say(named("table", name));
      const table = await data.table(snapshot, name);
      for (const c of columns) table[c] = await table.column(c);
      return table;
    };
    db.manifest = snapshot.manifest;
    db.articles = await open("articles", ["article_id", "title", "url", "outlet", "source_id", "published_at", "platforms", "is_cluster_lead", "agency", "article_type", "language"]);
    db.claims = await open("claims", ["text", "speaker_kind", "speaker_person_id", "speaker_organisation_id", "speaker_surface", "speech_type", "modality", "claim_group_id", "is_current", "language"]);
    db.people = await open("people", ["person_id", "name"]);
    db.organisations = await open("organisations", ["organisation_id", "name", "platform"]);
    db.articleAt = new Map(db.articles.article_id.map((id, i) => [id, i]));
    db.claims.article = new Int32Array(db.claims.rows).fill(-1);
    await db.claims.column("article_id", (id, row) => (db.claims.article[row] = db.articleAt.get(id) ?? -1));
    db.personName = new Map(db.people.person_id.map((id, i) => [id, db.people.name[i]]));
    db.organisationName = new Map(db.organisations.organisation_id.map((id, i) => [id, db.organisations.name[i]]));
    nameOutlets();
    orderRows();
    db.roles = new Map();
    db.snapshot = snapshot;
  };

  /** One outlet per source: the name most of its pages state, as the view v_articles does. */
  const nameOutlets = () => {
    const { articles } = db;
    const counts = new Map();
    for (let i = 0; i < articles.rows; i++) {
      if (articles.source_id[i] === "local" || articles.outlet[i] == null) continue;
      const names = counts.get(articles.source_id[i]) ?? counts.set(articles.source_id[i], new Map()).get(articles.source_id[i]);
      names.set(articles.outlet[i], (names.get(articles.outlet[i]) ?? 0) + 1);
    }
    const best = new Map([...counts].map(([source, names]) => [source, [...names].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0]]));
    for (let i = 0; i < articles.rows; i++) {
      const host = /^https?:\/\/(?:www\.)?([^/?#:]+)/.exec(articles.url[i] ?? "")?.[1];
      articles.outlet[i] = best.get(articles.source_id[i]) ?? articles.outlet[i] ?? host ?? articles.source_id[i];
    }
  };

  /** Newest first, undated last; and how many articles share a claim. */
  const orderRows = () => {
    const { articles, claims } = db;
    const time = (i) => articles.published_at[i] ?? -Infinity;
    db.articleOrder = Int32Array.from({ length: articles.rows }, (_, i) => i).sort((a, b) => time(b) - time(a) || a - b);
    const rank = new Int32Array(articles.rows);
    db.articleOrder.forEach((article, place) => (rank[article] = place));
    const shown = [];
    for (let i = 0; i < claims.rows; i++) if (claims.is_current[i] && claims.article[i] >= 0) shown.push(i);
    db.claimOrder = Int32Array.from(shown).sort((a, b) => rank[claims.article[a]] - rank[claims.article[b]] || a - b);
    const seen = new Map();
    for (const i of db.claimOrder) {
      const group = seen.get(claims.claim_group_id[i]) ?? seen.set(claims.claim_group_id[i], new Set()).get(claims.claim_group_id[i]);
      group.add(claims.article[i]);
    }
    db.groupSize = new Map([...seen].map(([group, members]) => [group, members.size]));
  };

  /** Roles are read after the first view: most common role and organisation per person. */
  const loadRoles = async () => {
    const table = await data.table(db.snapshot, "affiliations");
    const [people, organisations, roles] = [await table.column("person_id"), await table.column("organisation_id"), await table.column("role")];
    const counts = new Map();
    for (let i = 0; i < table.rows; i++) {
      const entry = counts.get(people[i]) ?? counts.set(people[i], new Map()).get(people[i]);
      const key = (roles[i] ?? "") + "\u0000" + (organisations[i] ?? "");
      entry.set(key, (entry.get(key) ?? 0) + 1);
    }
    for (const [person, entry] of counts) {
      const [role, organisation] = [...entry].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0].split("\u0000");
      db.roles.set(person, { role, organisation });
    }
  };

  // ------------------------------------------------------------------ state and address

  const KEYS = ["q", "body", "from", "to", "platform", "outlet", "person", "organisation", "speech", "modality", "once", "group", "view", "article"];
  let state = {};
  let result = { claims: [], articles: [] };
  let visible = PAGE;

  const readAddress = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    state = Object.fromEntries(KEYS.filter((k) => given.get(k)).map((k) => [k, given.get(k)]));
    for (const input of $("filters").elements) if (input.name) input.type === "checkbox" ? (input.checked = Boolean(state[input.name])) : (input.value = state[input.name] ?? "");
    $(state.view === "articles" ? "view-articles" : "view-claims").checked = true;
  };
  const address = (changes = {}) => {
    const next = { ...state, ...changes };
    const out = new URLSearchParams(KEYS.filter((k) => next[k] && !(k === "view" && next[k] === "claims")).map((k) => [k, next[k]]));
    return "#" + out.toString();
  };
  const go = async (changes, replace = false) => {
    history[replace ? "replaceState" : "pushState"](null, "", address(changes));
    await show();
  };

  // ------------------------------------------------------------------ filters

  const matcher = (names, wanted) => {
    const low = wanted.toLocaleLowerCase();
    const exact = new Set([...names].filter(([, name]) => name === wanted).map(([id]) => id));
    return exact.size ? exact : new Set([...names].filter(([, name]) => name.toLocaleLowerCase().includes(low)).map(([id]) => id));
  };

  const search = async () => {
    const { articles, claims } = db;
    const q = (state.q ?? "").trim().toLocaleLowerCase();
    const from = state.from ? Date.parse(state.from) : -Infinity;
    const to = state.to ? Date.parse(state.to) + 86400000 : Infinity;
    const outlets = state.outlet ? matcher(new Map(new Set(articles.outlet).entries()), state.outlet) : null;
    const good = new Uint8Array(articles.rows);
    const titled = new Uint8Array(articles.rows);
    if (q && state.body && !db.bodies) {
      $("count").textContent = t("Lese die Artikeltexte …", "Reading the articles’ texts …");
      db.bodies = (await articles.column("body_text")).map((text) => (text ?? "").toLocaleLowerCase());
    }
    for (let i = 0; i < articles.rows; i++) {
      const at = articles.published_at[i];
      if ((state.from || state.to) && (at == null || at < from || at >= to)) continue;
      if (state.once && !articles.is_cluster_lead[i]) continue;
      if (state.platform && !articles.platforms[i]?.includes(state.platform)) continue;
      if (outlets && !outlets.has(articles.outlet[i])) continue;
      good[i] = 1;
      if (q && (articles.title[i].toLocaleLowerCase().includes(q) || (state.body && db.bodies[i].includes(q)))) titled[i] = 1;
    }
    // What a claim is about is finer than what its article is about.
    if (state.platform && !claims.platforms) claims.platforms = await claims.column("platforms");
    const people = state.person ? matcher(db.personName, state.person) : null;
    const bodies = state.organisation ? matcher(db.organisationName, state.organisation) : null;
    const speaksFor = (i) => bodies.has(claims.speaker_organisation_id[i]) || bodies.has(db.roles.get(claims.speaker_person_id[i])?.organisation);
    const found = [];
    const withClaim = new Uint8Array(articles.rows);
    for (const i of db.claimOrder) {
      const a = claims.article[i];
      if (!good[a]) continue;
      if (state.group && claims.claim_group_id[i] !== state.group) continue;
      if (people && !people.has(claims.speaker_person_id[i])) continue;
      if (bodies && !speaksFor(i)) continue;
      if (state.speech && claims.speech_type[i] !== state.speech) continue;
      if (state.modality && claims.modality[i] !== state.modality) continue;
      if (state.platform && !claims.platforms[i]?.includes(state.platform)) continue;
      if (q && !(state.body && titled[a]) && !claims.text[i].toLocaleLowerCase().includes(q)) continue;
      found.push(i);
      withClaim[a] = 1;
    }
    const byClaim = people || bodies || state.speech || state.modality || state.group;
    const chosen = [];
    for (const i of db.articleOrder) if (good[i] && (withClaim[i] || (!byClaim && (!q || titled[i])))) chosen.push(i);
    result = { claims: found, articles: chosen };
  };

  // ------------------------------------------------------------------ drawing

  const highlighted = (text) => {
    const q = (state.q ?? "").trim();
    const words = clean(text);
    if (!q) return [words];
    const out = [];
    const low = words.toLocaleLowerCase();
    let at = 0;
    // Lower case may change the length of a text (İ): then positions do not fit and nothing is marked.
    for (let hit = low.length === words.length ? low.indexOf(q.toLocaleLowerCase()) : -1; hit >= 0; hit = low.indexOf(q.toLocaleLowerCase(), at)) {
      out.push(words.slice(at, hit), el("mark", { class: "hit" }, words.slice(hit, hit + q.length)));
      at = hit + q.length;
    }
    return [...out, words.slice(at)];
  };

  const button = (label, changes, className = "plain") => el("a", { class: className, href: address(changes), onclick: (event) => { if (event.metaKey || event.ctrlKey) return; event.preventDefault(); go(changes); } }, label);

  const speaker = (i) => {
    const { claims } = db;
    const person = claims.speaker_person_id[i];
    const organisation = claims.speaker_organisation_id[i];
    const role = person ? db.roles.get(person) : null;
    const name = db.personName.get(person) ?? db.organisationName.get(organisation) ?? claims.speaker_surface[i];
    if (!name) return [el("span", { class: "role" }, named("speaker_kind", "unknown"))];
    const changes = person ? { person: name, article: null } : { organisation: name, article: null };
    return [
      button(bdi(name), changes, "plain who"),
      claims.speaker_kind[i] === "unnamed" && el("span", { class: "role" }, ` (${t("ungenannte Stimme", "unnamed voice")})`),
      role?.role && el("span", { class: "role" }, ", ", bdi(role.role)),
      role?.organisation && el("span", { class: "role" }, ", ", bdi(db.organisationName.get(role.organisation) ?? "")),
    ];
  };

  const tags = (i) => {
    const { claims } = db;
    const others = db.groupSize.get(claims.claim_group_id[i]) ?? 1;
    return [
      claims.modality[i] !== "asserted" && el("span", { class: "tag" }, named("modality", claims.modality[i])),
      " ",
      claims.speech_type[i] !== "direct" && el("span", { class: "tag" }, named("speech_type", claims.speech_type[i])),
      " ",
      others > 1 && button(t(`in ${num(others)} Artikeln`, `in ${num(others)} articles`), { group: claims.claim_group_id[i], article: null }),
    ];
  };

  const quote = (i) => el("blockquote", { dir: "auto", lang: db.claims.language[i] === "und" ? null : db.claims.language[i] }, highlighted(db.claims.text[i]));

  const claimItem = (i) => {
    const a = db.claims.article[i];
    return el("li", {}, quote(i), el("p", { class: "by" }, speaker(i), " ", tags(i)), el("p", { class: "at" }, button(clean(db.articles.title[a]) || t("ohne Titel", "untitled"), { article: db.articles.article_id[a] }), " · ", bdi(db.articles.outlet[a]), " · ", day(db.articles.published_at[a])));
  };

  const claimCount = (n) => (n === 1 ? t("1 Aussage", "1 claim") : t(`${num(n)} Aussagen`, `${num(n)} claims`));

  const articleItem = (a, counts) =>
    el("li", {}, el("h3", {}, button(el("span", {}, highlighted(db.articles.title[a])), { article: db.articles.article_id[a] })), el("p", { class: "at" }, bdi(db.articles.outlet[a]), " · ", day(db.articles.published_at[a]), counts.get(a) ? " · " + claimCount(counts.get(a)) : ""));

  const svg = (tag, attributes, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text != null) node.textContent = text;
    return node;
  };

  /** Columns over time of what was found, 60 at most. */
  const drawChart = (articlesOf) => {
    const times = articlesOf.map((a) => db.articles.published_at[a]).filter((ms) => ms != null);
    const figure = $("chart");
    figure.querySelector("svg")?.remove();
    figure.hidden = times.length < 2;
    if (figure.hidden) return;
    let [first, last] = [Infinity, -Infinity];
    for (const ms of times) { first = Math.min(first, ms); last = Math.max(last, ms); }
    const days = Math.max(1, Math.ceil((last - first) / 86400000 / 60));
    const size = days * 86400000;
    const start = Math.floor(first / 86400000) * 86400000;
    const counts = new Array(Math.floor((last - start) / size) + 1).fill(0);
    for (const ms of times) counts[Math.floor((ms - start) / size)]++;
    const top = Math.max(...counts);
    const out = svg("svg", { class: "columns", role: "img", "aria-labelledby": "chart-c", width: "100%", height: 92 });
    counts.forEach((n, i) => {
      const bar = svg("rect", { class: "s0", x: `${(100 * i) / counts.length}%`, width: `${86 / counts.length}%`, y: 70 - (66 * n) / top, height: (66 * n) / top });
      bar.append(svg("title", {}, `${day(start + i * size)}: ${num(n)}`));
      out.append(bar);
    });
    out.append(svg("line", { class: "axis", x1: 0, x2: "100%", y1: 70, y2: 70 }), svg("text", { class: "t", x: 0, y: 86 }, day(first)), svg("text", { class: "t", x: "100%", y: 86, "text-anchor": "end" }, day(last)));
    figure.append(out);
    $("chart-c").textContent = t(`Treffer von ${day(first)} bis ${day(last)}, höchstens ${num(top)} in ${num(days)} Tagen`, `Matches from ${day(first)} to ${day(last)}, at most ${num(top)} in ${num(days)} days`);
  };

  const drawList = () => {
    const articles = state.view === "articles";
    const rows = articles ? result.articles : result.claims;
    const counts = new Map();
    if (articles) for (const i of result.claims) counts.set(db.claims.article[i], (counts.get(db.claims.article[i]) ?? 0) + 1);
    $("list").replaceChildren(...rows.slice(0, visible).map((i) => (articles ? articleItem(i, counts) : claimItem(i))));
    $("more").hidden = rows.length <= visible;
    const n = num(rows.length);
    if (articles) $("count").textContent = rows.length === 1 ? t("1 Artikel", "1 article") : t(`${n} Artikel`, `${n} articles`);
    else $("count").textContent = claimCount(rows.length);
    drawChart(articles ? rows : rows.map((i) => db.claims.article[i]));
  };

  /** Text with the claims in it marked; offsets are code points, JavaScript counts in UTF-16. */
  const markedText = (body, marks) => {
    const points = Array.from(body);
    const cuts = [...new Set(marks.flatMap((m) => [m.start, m.end]))].sort((a, b) => a - b);
    const numbered = new Set();
    const out = [];
    let at = 0;
    for (const paragraph of body.split("\n\n")) {
      const end = at + Array.from(paragraph).length;
      const node = el("p", { dir: "auto" });
      const edges = [at, ...cuts.filter((c) => c > at && c < end), end];
      for (let k = 0; k + 1 < edges.length; k++) {
        const text = clean(points.slice(edges[k], edges[k + 1]).join(""));
        const over = marks.filter((m) => m.start <= edges[k] && m.end >= edges[k + 1]);
        if (!over.length || !text) { node.append(text); continue; }
        const fresh = over.filter((m) => !numbered.has(m.number));
        node.append(el("mark", { id: fresh.length ? `mark-${fresh[0].number}` : null }, text));
        for (const m of over.filter((m) => m.last === edges[k + 1])) node.append(el("sup", {}, el("a", { href: `#claim-${m.number}`, onclick: jump(`claim-${m.number}`) }, String(m.number))));
        fresh.forEach((m) => numbered.add(m.number));
      }
      out.push(node);
      at = end + 2;
    }
    return out;
  };

  // The address after # is the state: links within the page move without changing it.
  const jump = (id) => (event) => {
    event.preventDefault();
    const target = $(id);
    target?.setAttribute("tabindex", "-1");
    target?.focus();
    target?.scrollIntoView({ block: "center" });
  };

  const drawArticle = async (id) => {
    const { articles, claims } = db;
    const a = db.articleAt.get(id);
    const view = $("article");
    const back = el("p", {}, button(t("← Zurück zur Liste", "← Back to the list"), { article: null }));
    const heading = el("h2", { id: "article-h", tabindex: "-1", dir: "auto" }, a == null ? t("Dieser Artikel ist nicht in der Momentaufnahme", "This article is not in the snapshot") : clean(articles.title[a]));
    if (a == null) { view.replaceChildren(back, heading); heading.focus(); return; }
    const rows = [];
    for (const i of db.claimOrder) if (claims.article[i] === a) rows.push(i);
    const [body, spans] = await Promise.all([articles.cells("body_text", [a]), claims.cells("spans", rows)]);
    if (state.article !== id) return;
    const text = body.get(a);
    const first = (i) => Number(spans.get(i)?.[0]?.start ?? -1);
    rows.sort((x, y) => first(x) - first(y) || x - y);
    const marks = rows.flatMap((i, n) => (spans.get(i) ?? []).map((s, k, all) => ({ start: Number(s.start), end: Number(s.end), last: Number(all[all.length - 1].end), number: n + 1 })));
    const href = web(articles.url[a]);
    const source = href ? el("a", { href, rel: "noopener noreferrer" }, t("Original", "original")) : clean(articles.url[a]);
    view.replaceChildren(
      back,
      el("p", { class: "kicker" }, bdi(articles.outlet[a]), " · ", day(articles.published_at[a]), articles.agency[a] ? " · " + clean(articles.agency[a]) : "", " · ", source),
      heading,
      text ? el("div", { class: "text", lang: articles.language[a] === "und" ? null : articles.language[a] }, markedText(text, marks)) : el("p", { class: "note-box" }, t("Den Text dieses Artikels enthält die Momentaufnahme nicht: Die Rechte der Quelle erlauben es nicht. Die Aussagen stehen unten, der Text beim Original.", "The snapshot does not carry this article’s text: the rights of the source do not allow it. The claims are below, the text is with the original.")),
      el("h3", {}, rows.length ? t("Aussagen in diesem Artikel", "Claims in this article") : t("Keine Aussagen in diesem Artikel", "No claims in this article")),
      el("ol", { class: "list" }, rows.map((i, n) => el("li", { id: `claim-${n + 1}` }, quote(i), el("p", { class: "by" }, `${n + 1} · `, speaker(i), " ", tags(i), text && marks.some((m) => m.number === n + 1) ? [" ", el("a", { href: `#mark-${n + 1}`, onclick: jump(`mark-${n + 1}`) }, t("im Text", "in the text"))] : null)))),
    );
    heading.focus();
    scrollTo(0, 0);
  };

  const drawChoices = () => {
    const options = (id, all, pairs) => {
      const before = state[$(id).name] ?? "";
      $(id).replaceChildren(el("option", { value: "" }, all), ...pairs.map(([value, label]) => el("option", { value }, label)));
      $(id).value = before;
    };
    const platforms = new Set();
    for (const list of db.articles.platforms) for (const p of list ?? []) platforms.add(p);
    const nameOf = new Map(db.organisations.platform.map((p, i) => [p, db.organisations.name[i]]));
    options("f-platform", t("alle", "all"), [...platforms].sort().map((p) => [p, clean(nameOf.get(p) ?? p)]));
    const kinds = (name, column) => [...new Set(db.claims[column])].sort().map((k) => [k, named(name, k)]);
    options("f-speech", t("alle", "all"), kinds("speech_type", "speech_type"));
    options("f-modality", t("alle", "all"), kinds("modality", "modality"));
    const suggest = (id, names) => $(id).replaceChildren(...[...new Set(names)].sort((x, y) => x.localeCompare(y)).slice(0, 400).map((value) => el("option", { value: clean(value) })));
    suggest("outlets", db.articles.outlet);
    suggest("people", db.people.name);
    suggest("organisations", db.organisations.name);
  };

  const drawStand = () => {
    const made = Date.parse(db.manifest.created_at);
    $("stand").textContent = t("Momentaufnahme vom ", "Snapshot of ") + day(Number.isNaN(made) ? null : made) + " · " + t(`${num(db.articles.rows)} Artikel, ${num(db.claimOrder.length)} Aussagen`, `${num(db.articles.rows)} articles, ${num(db.claimOrder.length)} claims`);
  };

  const show = async () => {
    readAddress();
    const reading = Boolean(state.article);
    $("results").hidden = reading;
    $("article").hidden = !reading;
    if (reading) return drawArticle(state.article);
    visible = PAGE;
    await search();
    return drawList();
  };

  // ------------------------------------------------------------------ wiring

  const begin = async (snapshot) => {
    await load(snapshot);
    $("open").hidden = true;
    $("app").hidden = false;
    drawChoices();
    drawStand();
    const roles = loadRoles();
    readAddress();
    // A list is shown at once and gets its roles later; an article, or a filter that needs them, waits.
    if (state.article || state.organisation) await roles;
    await show();
    await roles;
    if (!state.article) drawList();
    document.documentElement.dataset.ready = "yes";
  };
  const fail = (error) => {
    $("stand").textContent = t("Das ließ sich nicht lesen: ", "This could not be read: ") + error.message;
    document.documentElement.dataset.ready = "failed";
  };
  const wait = (action, ms) => {
    let timer;
    return () => { clearTimeout(timer); timer = setTimeout(action, ms); };
  };
  const filtersChanged = (replace) => {
    const changes = { group: null, article: null };
    for (const input of $("filters").elements) if (input.name) changes[input.name] = input.type === "checkbox" ? (input.checked ? "1" : null) : input.value;
    go(changes, replace).catch(fail);
  };
  const typed = wait(() => filtersChanged(true), 180);
  $("filters").addEventListener("input", typed);
  $("filters").addEventListener("submit", (event) => { event.preventDefault(); filtersChanged(false); });
  $("reset").addEventListener("click", (event) => { event.preventDefault(); go(Object.fromEntries(KEYS.map((k) => [k, null]))).catch(fail); });
  document.querySelectorAll("[name=view]").forEach((input) => input.addEventListener("change", () => go({ view: input.value }, true).catch(fail)));
  $("more").addEventListener("click", () => { const before = visible; visible += PAGE; drawList(); $("list").children[before]?.querySelector("a")?.focus(); });
  document.querySelector(".skip").addEventListener("click", jump("results"));
  addEventListener("popstate", () => { if (db.claimOrder) show().catch(fail); });
  document.addEventListener("switched", () => { if (db.claimOrder) { drawChoices(); drawStand(); show().catch(fail); } });
  $("folder").addEventListener("change", async (event) => {
    try { await begin(await data.chosen(event.target.files)); } catch (error) { fail(error); }
  });

  if (matchMedia("(max-width: 820px)").matches) $("facets").open = false;
  if (location.protocol === "file:") $("open").hidden = false;
  else {
    $("report").hidden = false;
    data.beside().then(begin).catch(fail);
  }
})();
