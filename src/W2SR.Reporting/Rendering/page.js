"use strict";
(() => {
  const root = document.documentElement, toggle = document.getElementById("theme");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  toggle.hidden = false;
  toggle.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; });

  const source = document.getElementById("traces-data");
  if (!source) return;
  const data = JSON.parse(source.textContent), page = 10;
  const [model, filter, search, count, list, more] = ["model", "filter", "search", "count", "list", "more"].map(id => document.getElementById(id));
  // Texts of models and problems reach the page as text nodes only, never as markup.
  const make = (parent, tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return parent.appendChild(element);
  };
  const isRight = samples => samples.length > 0 && 2 * samples.filter(s => s.outcome === "right").length >= samples.length;
  const isWrong = samples => samples.length > 0 && !isRight(samples);
  const filters = [
    ["all problems", () => true, () => true],
    ["base wrong, student right", (p, m) => isWrong(p.responses[m.base]) && isRight(p.responses[m.index]), m => m.base !== undefined],
    ["base right, student wrong", (p, m) => isRight(p.responses[m.base]) && isWrong(p.responses[m.index]), m => m.base !== undefined],
    ["teacher wrong, student right", (p, m) => isWrong(p.responses[m.teacher]) && isRight(p.responses[m.index]), m => m.teacher !== undefined],
    ["right", (p, m) => isRight(p.responses[m.index]), () => true],
    ["wrong", (p, m) => isWrong(p.responses[m.index]), () => true],
    ["no answer", (p, m) => p.responses[m.index].some(s => s.outcome === "no answer"), () => true],
    ["cut off", (p, m) => p.responses[m.index].some(s => s.cut), () => true],
  ];
  const textOf = p => [p.id, p.question, p.gold, ...p.responses.flat().flatMap(s => s.pieces.map(x => x[1]))].join("\n").toLowerCase();
  let shown = page, searchable;

  const showResponse = (parent, name, s) => {
    const box = make(parent, "div", undefined, "response"), verdict = make(box, "div", undefined, "verdict");
    make(verdict, "b", s.outcome, s.outcome === "right" ? "right" : "wrong");
    const facts = [`${name}, sample ${s.sample}`, s.reason];
    if (s.read !== undefined) facts.push(`read as ${s.read} (${s.rule}${s.tier ? ", " + s.tier : ""})`);
    if (s.cut) facts.push(`cut off (${s.finish})`);
    if (s.tokens) facts.push(`${s.tokens} tokens`);
    verdict.appendChild(document.createTextNode("  " + facts.join(" \u00b7 ")));
    const text = make(box, "div", undefined, "text");
    for (const [kind, words] of s.pieces) {
      if (kind === 0) text.appendChild(document.createTextNode(words));
      else make(text, kind === 1 ? "mark" : "span", words, kind === 1 ? "" : "gap");
    }
  };
  const show = () => {
    const m = data.models[model.value], [, holds] = filters[filter.value], wanted = search.value.trim().toLowerCase();
    if (wanted && !searchable) searchable = data.problems.map(textOf);
    const found = data.problems.filter((p, i) => holds(p, m) && (!wanted || searchable[i].includes(wanted)));
    list.replaceChildren();
    for (const p of found.slice(0, shown)) {
      const box = make(list, "article", undefined, "problem");
      make(box, "h3", p.id + (p.gold === undefined ? "" : `  \u00b7  reference answer ${p.gold}`));
      if (p.question !== undefined) make(box, "p", p.question, "question");
      for (const index of new Set([m.index, m.base, m.teacher])) {
        if (index === undefined) continue;
        for (const s of p.responses[index]) showResponse(box, data.models[index].name, s);
      }
    }
    count.textContent = `${found.length} of ${data.problems.length} problems`;
    more.hidden = found.length <= shown;
  };
  const chooseFilters = () => {
    const m = data.models[model.value], before = filter.value;
    filter.replaceChildren();
    filters.forEach(([name, , fits], i) => { if (fits(m)) make(filter, "option", name).value = i; });
    filter.value = before;
    if (filter.selectedIndex < 0) filter.selectedIndex = 0;
  };
  const restart = () => { shown = page; show(); };
  data.models.forEach((m, i) => { m.index = i; make(model, "option", m.name).value = i; });
  // A link may choose what is shown: report.html#model=W2SR&filter=cut%20off&search=triangle
  const asked = new URLSearchParams(location.hash.slice(1)), named = data.models.findIndex(m => m.name === asked.get("model"));
  const taught = data.models.findIndex(m => m.base !== undefined && m.teacher !== undefined);
  model.value = named >= 0 ? named : Math.max(0, taught);
  chooseFilters();
  const wish = [...filter.options].find(o => o.textContent === asked.get("filter"));
  if (wish) filter.value = wish.value;
  search.value = asked.get("search") ?? "";
  model.addEventListener("change", () => { chooseFilters(); restart(); });
  filter.addEventListener("change", restart);
  search.addEventListener("input", restart);
  more.addEventListener("click", () => { shown += page; show(); });
  document.getElementById("browser").hidden = false;
  show();
})();
